use jiff::civil::date;

use jiff::tz::TimeZone;

use super::*;

fn calendar(yaml: &str) -> Calendar {
    serde_saphyr::from_str(yaml).expect(yaml)
}

#[test]
fn every_day_rule_finds_its_day() {
    let rows = [
        ("01-01", date(2026, 1, 1)),
        ("4th thu nov", date(2026, 11, 26)),
        ("4th thu nov +1", date(2026, 11, 27)),
        ("last mon may", date(2026, 5, 25)),
        ("1st mon sep -1", date(2026, 9, 6)),
        ("easter", date(2026, 4, 5)),
        ("easter -2", date(2027, 3, 26)),
        ("easter", date(2024, 3, 31)),
        ("2026-11-08", date(2026, 11, 8)),
    ];
    for (rule, day) in rows {
        let calendar = calendar(&format!("holidays: {{ legal: {{ days: {{ it: {rule} }} }} }}"));
        assert_eq!(calendar.holiday_at("legal", day.at(0, 0, 0, 0)), Some("it"), "{rule}");
        assert_eq!(calendar.holiday_at("legal", day.at(23, 59, 59, 0)), Some("it"), "{rule}");
        for other in [day.yesterday(), day.tomorrow()] {
            assert_eq!(calendar.holiday_at("legal", other.expect("a day").at(12, 0, 0, 0)), None, "{rule}");
        }
        let written = serde_saphyr::to_string(&calendar).expect("writes");
        assert_eq!(serde_saphyr::from_str::<Calendar>(&written).expect(&written), calendar);
    }
}

#[test]
fn a_weekend_holiday_moves_as_the_list_says() {
    // 4 July 2026 is a Saturday, 1 January 2022 too, 25 December 2022 a Sunday.
    let rows = [
        ("no", [(date(2026, 7, 4), true), (date(2026, 7, 3), false)]),
        ("instead", [(date(2026, 7, 4), false), (date(2026, 7, 3), true)]),
        ("as_well", [(date(2026, 7, 4), true), (date(2026, 7, 3), true)]),
        ("instead", [(date(2021, 12, 31), true), (date(2022, 12, 26), true)]),
    ];
    for (observed, days) in rows {
        let calendar = calendar(&format!(
            "holidays: {{ legal: {{ observed: {observed}, days: {{ fourth: 07-04, new_year: 01-01, christmas: 12-25 }} }} }}"
        ));
        for (day, is) in days {
            assert_eq!(calendar.holiday_at("legal", day.at(9, 0, 0, 0)).is_some(), is, "{observed} {day}");
        }
    }
}

#[test]
fn a_holiday_may_begin_by_the_clock() {
    let calendar = calendar("holidays: { big: { days: { eve: 12-24 from 18:00, christmas: 12-25 } } }");
    assert_eq!(calendar.holiday_at("big", date(2026, 12, 24).at(17, 59, 0, 0)), None);
    assert_eq!(calendar.holiday_at("big", date(2026, 12, 24).at(18, 0, 0, 0)), Some("eve"));
}

#[test]
fn office_time_skips_nights_weekends_and_holidays() {
    let calendar = calendar(
        "office: { days: mon-fri, hours: 07:00-15:00, closed_on: legal }\nholidays: { legal: { days: { it: 2026-04-10 } } }",
    );
    let zone = TimeZone::get("America/New_York").expect("zone data");
    let at = |day: i8, hour: i8, minute: i8| {
        crate::time::instant(&zone, date(2026, 4, day), jiff::civil::time(hour, minute, 0, 0)).expect("an instant")
    };
    // Thursday 12:30 to Monday 08:00: 2.5 h on Thursday, Friday is closed, 1 h on Monday.
    assert_eq!(calendar.business_minutes(&zone, at(9, 12, 30), at(13, 8, 0)).0, 210);
    assert_eq!(calendar.business_days(&zone, at(9, 12, 30), at(13, 8, 0)), 1);
    assert_eq!(calendar.business_minutes(&zone, at(13, 8, 0), at(9, 12, 30)).0, -210);
}

#[test]
fn a_wrong_day_says_what_is_expected() {
    for bad in ["13-01", "6th mon may", "4th thu nov +99", "12-24 at 18:00", "soon"] {
        let error = serde_saphyr::from_str::<Calendar>(&format!("holidays: {{ legal: {{ days: {{ it: {bad} }} }} }}"))
            .expect_err(bad)
            .to_string();
        assert!(error.contains("4th thu nov") && error.contains("line"), "{error}");
    }
}
