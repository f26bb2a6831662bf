//! Customers: the list, the record with contacts and sites, as pages and as JSON.

pub mod api;
mod pages;
pub mod record_api;
mod show;

pub(crate) use pages::{read_registration, registration_fields};

use muster_domain::{access::Action, customers::Point};

use crate::{
    fields::{Fields, Reader},
    routes::{Guard, Routes},
};

/// The room's routes.
#[must_use]
pub fn routes() -> Routes {
    let list = Guard::On(Action::ListCustomers);
    let view = Guard::On(Action::ViewCustomer);
    let edit = Guard::On(Action::EditCustomer);
    let decide = Guard::On(Action::DecideCustomer);
    Routes::new()
        .get("/customers", list, pages::list_customers)
        .get("/customers/new", decide, pages::new_customer)
        .post("/customers", decide, pages::create_customer)
        .get("/company", view, show::show_company)
        .get("/customers/{id}", view, show::show_customer)
        .post("/customers/{id}", edit, show::save_company)
        .post("/customers/{id}/terms", decide, show::save_terms)
        .post("/customers/{id}/decision", decide, show::create_decision)
        .post("/customers/{id}/contacts", edit, show::create_contact)
        .post("/customers/{id}/contacts/{contact}/removal", edit, show::remove_contact)
        .get("/customers/{id}/sites/new", edit, pages::new_site)
        .post("/customers/{id}/sites", edit, pages::create_site)
        .get("/customers/{id}/sites/{site}", edit, pages::edit_site)
        .post("/customers/{id}/sites/{site}", edit, pages::save_site)
        .get("/api/v1/customers", list, api::list_customers)
        .post("/api/v1/customers", decide, api::create_customer)
        .get("/api/v1/customers/{id}", view, api::get_customer)
        .post("/api/v1/customers/{id}/decision", decide, api::decide_customer)
        .post("/api/v1/customers/{id}/contacts", edit, api::create_contact)
        .post("/api/v1/customers/{id}/sites", edit, api::create_site)
        .put("/api/v1/customers/{id}", edit, record_api::change_customer)
        .put("/api/v1/customers/{id}/terms", decide, record_api::set_terms)
        .put("/api/v1/customers/{id}/contacts/{contact}", edit, record_api::change_contact)
        .delete("/api/v1/customers/{id}/contacts/{contact}", edit, record_api::remove_contact)
        .put("/api/v1/customers/{id}/sites/{site}", edit, record_api::change_site)
}

/// Millionths of a degree as people and maps write them: `42.360100`.
pub(crate) fn degrees(e6: i64) -> String {
    let sign = if e6 < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", e6.unsigned_abs() / 1_000_000, e6.unsigned_abs() % 1_000_000)
}

/// Reads `42.3601` as millionths; further digits are cut.
pub(crate) fn millionths(text: &str) -> Option<i64> {
    let (negative, plain) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 20 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain("000000".chars()).take(6).collect();
    let sum = whole.parse::<i64>().ok()? * 1_000_000 + part.parse::<i64>().ok()?;
    Some(if negative { -sum } else { sum })
}

/// The point of a site from the fields `lat` and `lon`; nothing when both are empty.
pub(crate) fn read_point(reader: &mut Reader<'_>, fields: &Fields) -> Option<Point> {
    let (lat, lon) = (fields.get("lat"), fields.get("lon"));
    if lat.is_empty() && lon.is_empty() {
        return None;
    }
    let lat_e6 = millionths(lat).filter(|e6| e6.abs() <= 90_000_000);
    let lon_e6 = millionths(lon).filter(|e6| e6.abs() <= 180_000_000);
    reader.errors.require(
        lat_e6.is_some(),
        "lat",
        "Enter degrees north such as 42.3601, or choose the point on the map.",
    );
    reader.errors.require(
        lon_e6.is_some(),
        "lon",
        "Enter degrees east such as -71.0589, or choose the point on the map.",
    );
    Some(Point { lat_e6: lat_e6?, lon_e6: lon_e6? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_read_back() {
        for (text, e6) in [("42.3601", 42_360_100), ("-71.05", -71_050_000), ("0", 0), ("9.12345678", 9_123_456)] {
            assert_eq!(millionths(text), Some(e6), "{text}");
        }
        assert_eq!(degrees(-71_050_000), "-71.050000");
        for bad in ["", "-", "1e3", "4,2", "1234", "NaN", "1.2.3"] {
            assert_eq!(millionths(bad), None, "{bad}");
        }
    }
}
