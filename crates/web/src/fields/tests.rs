use super::*;

#[test]
fn every_mistake_is_noted_under_its_field() {
    let fields = Fields::parse(b"name=+&on=2026-02-30&at=25%3A00&count=many&price=1.234&site=job_1");
    let mut reader = Reader::new(&fields);
    reader.text("name", 10);
    reader.date("on");
    reader.time("at");
    reader.number("count", 1, 5);
    reader.cents("price");
    reader.id::<muster_domain::id::SiteId>("site");
    let errors = reader.finish().expect_err("six mistakes");
    assert_eq!(
        errors.0.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(),
        ["name", "on", "at", "count", "price", "site"]
    );
}

#[test]
fn good_fields_read_as_values() {
    let fields = Fields::parse(
        b"name=Ann%20Lee&on=2026-11-21&at=18%3A30&count=3&price=%241%2C250.5&positions.0.seats=2&positions.4.seats=1",
    );
    let mut reader = Reader::new(&fields);
    assert_eq!(reader.text("name", 10), "Ann Lee");
    assert_eq!(reader.date("on").to_string(), "2026-11-21");
    assert_eq!(reader.time("at").to_string(), "18:30:00");
    assert_eq!(reader.number("count", 1, 5), 3);
    assert_eq!(reader.cents("price"), Cents(125_050));
    assert_eq!(fields.rows("positions"), 5);
    assert!(reader.finish().is_ok());
}
