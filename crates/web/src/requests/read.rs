//! Reading the request form.

use muster_app::{
    customers::SiteFacts,
    requests::{NewRequest, QuoteFor, SiteChoice},
};
use muster_domain::{
    access::Actor,
    id::{CustomerId, JobTypeId},
    refusal::FieldErrors,
    requests::{Dates, Details, MOST_GIVEN, MOST_POSITIONS, PositionWanted, PostRole, Requirements, ResourceWanted},
};

use crate::{
    customers::read_point,
    fields::{Fields, Reader},
};

/// What of the form could be read, and what could not.
pub(super) struct Read {
    pub customer: Option<CustomerId>,
    pub job_type: Option<JobTypeId>,
    pub site: Option<SiteChoice>,
    pub title: String,
    pub details: Details,
    pub set_aside: String,
    pub errors: FieldErrors,
}

impl Read {
    /// The whole form.
    pub fn whole(self) -> Result<NewRequest, FieldErrors> {
        let Self { customer, job_type, site, title, details, set_aside, errors } = self;
        match (customer, job_type, site, errors.0.is_empty()) {
            (Some(customer), Some(job_type), Some(site), true) => {
                Ok(NewRequest { customer, site, job_type, title, details, set_aside })
            }
            _ => Err(errors),
        }
    }

    /// What a quote needs; mistakes in other fields do not matter yet.
    pub fn for_quote(self) -> Result<QuoteFor, FieldErrors> {
        let Self { customer, job_type, site, details, errors, .. } = self;
        let site = match site {
            Some(SiteChoice::Known(site)) => Some(site),
            _ => None,
        };
        let matters = |field: &str| {
            ["dates", "from", "to", "positions", "weekdays", "attendance", "job_type"]
                .iter()
                .any(|start| field.starts_with(start))
        };
        let errors = FieldErrors(errors.0.into_iter().filter(|error| matters(&error.field)).collect());
        match job_type {
            Some(job_type) => errors.or(QuoteFor { customer, site, job_type, details }),
            None => Err(errors),
        }
    }
}

/// Reads the form as sent by `who`.
pub(super) fn read(fields: &Fields, who: &Actor) -> Read {
    let mut reader = Reader::new(fields);
    let customer = match who.customer {
        Some(own) => Some(own),
        None => reader.id("customer"),
    };
    let site = if fields.get("site") == "new" {
        read_site(&mut reader, fields)
    } else {
        reader.id("site").map(SiteChoice::Known)
    };
    let job_type = reader.id("job_type");
    let title = reader.text("title", 120);
    let details = read_details(&mut reader, fields);
    let set_aside = if who.role.is_customer() { String::new() } else { reader.optional_text("set_aside", 500) };
    Read { customer, job_type, site, title, details, set_aside, errors: reader.errors }
}

fn read_site(reader: &mut Reader<'_>, fields: &Fields) -> Option<SiteChoice> {
    let facts = SiteFacts {
        name: reader.text("site_name", 120),
        address: reader.text("site_address", 300),
        point: read_point(reader, fields),
        radius_m: if fields.get("radius_m").is_empty() { 150 } else { reader.number("radius_m", 20, 5000) },
        instructions: reader.optional_text("site_instructions", 4000),
        retired: false,
    };
    Some(SiteChoice::New(facts))
}

/// When, who and the rest: the part that the public page asks too.
pub(crate) fn read_details(reader: &mut Reader<'_>, fields: &Fields) -> Details {
    let dates = read_dates(reader, fields);
    Details {
        dates,
        from: reader.time("from"),
        to: reader.time("to"),
        positions: read_positions(reader, fields),
        attendance: reader.optional_number("attendance", 0, 1_000_000),
        alcohol: fields.ticked("alcohol"),
        traffic: fields.ticked("traffic"),
        contact_name: reader.optional_text("contact_name", 120),
        contact_phone: reader.optional_text("contact_phone", 40),
        instructions: reader.optional_text("instructions", 4000),
        resources: read_resources(reader, fields),
    }
}

/// The things of which more than none is asked for.
fn read_resources(reader: &mut Reader<'_>, fields: &Fields) -> Vec<ResourceWanted> {
    let mut all = Vec::new();
    for at in 0..fields.rows("resources").min(20) {
        let count = reader.optional_number(&format!("resources.{at}.count"), 0, 100).unwrap_or(0);
        if count > 0 {
            let resource = fields.get(&format!("resources.{at}.resource")).to_owned();
            all.push(ResourceWanted { resource, count });
        }
    }
    all
}

fn read_dates(reader: &mut Reader<'_>, fields: &Fields) -> Dates {
    if fields.get("when") == "weekly" {
        let weekdays = fields.all("weekdays").filter_map(|day| day.parse().ok()).collect();
        return Dates::Weekly { from_on: reader.date("from_on"), to_on: reader.date("to_on"), weekdays };
    }
    let mut on = Vec::new();
    for at in 0..fields.rows("dates").min(MOST_GIVEN) {
        let name = format!("dates.{at}.on");
        if !fields.get(&name).is_empty() {
            on.push(reader.date(&name));
        }
    }
    if on.is_empty() {
        reader.errors.add("dates.0.on", "Choose at least one date.");
    }
    Dates::Given { on }
}

fn read_positions(reader: &mut Reader<'_>, fields: &Fields) -> Vec<PositionWanted> {
    let roles = PostRole::ALL.map(|role| (role.code(), role));
    let mut positions = Vec::new();
    for at in 0..fields.rows("positions").min(MOST_POSITIONS) {
        let name = |part: &str| format!("positions.{at}.{part}");
        // A row that was removed leaves a gap in the numbers.
        if fields.get(&name("role")).is_empty() && fields.get(&name("seats")).is_empty() {
            continue;
        }
        let certifications = fields.get(&name("certifications")).split(',');
        let plain = |word: &str| word.trim().to_lowercase().replace([' ', '-'], "_");
        let wanted = PositionWanted {
            role: reader.choice(&name("role"), &roles).unwrap_or(PostRole::Officer),
            seats: reader.number(&name("seats"), 1, 500),
            requirements: Requirements {
                least_rank: reader.optional_id(&name("least_rank")),
                certifications: certifications.map(plain).filter(|word| !word.is_empty()).collect(),
            },
        };
        positions.push(wanted);
    }
    if positions.is_empty() {
        reader.errors.add("positions.0.seats", "Ask for at least one officer.");
    }
    positions
}

/// Moves the mistakes that the rules name to the fields that the form has.
pub(super) fn place(errors: FieldErrors, fields: &Fields) -> FieldErrors {
    let dates = if fields.get("when") == "weekly" { "from_on" } else { "dates.0.on" };
    let rename = |field: String| match field.as_str() {
        "dates" => dates.to_owned(),
        "site_point" => "lat".to_owned(),
        "site_radius_m" => "radius_m".to_owned(),
        _ => field,
    };
    FieldErrors(
        errors
            .0
            .into_iter()
            .map(|mut error| {
                error.field = rename(error.field);
                error
            })
            .collect(),
    )
}
