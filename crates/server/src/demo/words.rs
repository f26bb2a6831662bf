//! Names of invented people, customers and places, and what each customer asks for on which days of the week.

use jiff::civil::Weekday::{self, Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};

pub const FIRST: &[&str] = &[
    "Alana", "Andre", "Beatriz", "Caleb", "Carmen", "Clyde", "Corinne", "Damon", "Delia", "Devin", "Elise", "Emmett",
    "Esther", "Felix", "Fiona", "Gavin", "Greta", "Hollis", "Imani", "Ivan", "Jada", "Joel", "Kiara", "Kurt", "Lena",
    "Luis", "Maeve", "Marcus", "Mina", "Nolan", "Odessa", "Omar", "Paige", "Quinn", "Rafael", "Renee", "Rhys", "Sable",
    "Samir", "Tamsin", "Terrell", "Uma", "Vera", "Victor", "Wade", "Willa", "Xavier", "Yara", "Zane", "Zoe",
];

pub const LAST: &[&str] = &[
    "Abernathy",
    "Alvarado",
    "Barlow",
    "Bianchi",
    "Boateng",
    "Calloway",
    "Carver",
    "Castellanos",
    "Chen",
    "Cordero",
    "Dabney",
    "Delacroix",
    "Eastman",
    "Ekstrom",
    "Farrow",
    "Ferreira",
    "Gallagher",
    "Granger",
    "Haddad",
    "Hathaway",
    "Ibarra",
    "Jankowski",
    "Kaplan",
    "Kirkland",
    "Lachance",
    "Lindqvist",
    "Mabry",
    "Marchetti",
    "Nakamura",
    "Novak",
    "Oduya",
    "Okafor",
    "Pemberton",
    "Pruitt",
    "Quintero",
    "Rasmussen",
    "Reyes",
    "Sandoval",
    "Sokolov",
    "Tanaka",
    "Thackeray",
    "Ulrich",
    "Underhill",
    "Vasquez",
    "Vickers",
    "Whitaker",
    "Wojcik",
    "Yarborough",
    "Yoon",
    "Zimmer",
];

pub const STREETS: &[&str] = &[
    "Alder St",
    "Birch Ave",
    "Canal St",
    "Depot Rd",
    "Elm St",
    "Foundry Ln",
    "Grove Ave",
    "Harbor Dr",
    "Ivy Ct",
    "Juniper Way",
    "Kiln Rd",
    "Laurel St",
    "Market St",
    "North Plaza",
    "Orchard Rd",
    "Prospect St",
    "Quarry Rd",
    "River Rd",
    "Station St",
    "Union Ave",
];

const EVERY_DAY: &[Weekday] = &[Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
const WORKDAYS: &[Weekday] = &[Monday, Tuesday, Wednesday, Thursday, Friday];
const NOT_SUNDAY: &[Weekday] = &[Monday, Tuesday, Wednesday, Thursday, Friday, Saturday];
const NIGHTS_OUT: &[Weekday] = &[Thursday, Friday, Saturday];
const WEEKEND: &[Weekday] = &[Saturday, Sunday];

/// What a customer usually asks for, and when: job type, title, days, start hour, hours, officers, attendance, alcohol, traffic.
pub struct Usual {
    /// The days of the week on which it happens.
    pub days: &'static [Weekday],
    /// Happens so many times in a hundred when its day comes.
    pub share: i64,
    pub job_type: &'static str,
    pub title: &'static str,
    pub from_hour: i8,
    pub hours: i8,
    pub officers: i64,
    pub attendance: Option<i64>,
    pub alcohol: bool,
    pub traffic: bool,
}

const fn usual(job_type: &'static str, title: &'static str, from_hour: i8, hours: i8, officers: i64) -> Usual {
    let (days, share) = (WORKDAYS, 100);
    Usual { days, share, job_type, title, from_hour, hours, officers, attendance: None, alcohol: false, traffic: false }
}

/// A customer, its class, its place and what it asks for.
pub type Patron = (&'static str, &'static str, &'static str, Usual);

pub const CITY: &[Patron] = &[
    (
        "Ridgeline Paving",
        "contractor",
        "Northbound lanes, Canal St bridge",
        Usual { traffic: true, ..usual("traffic", "Lane closure, northbound", 6, 8, 2) },
    ),
    (
        "Harbor Gas & Light",
        "utility",
        "Main replacement, Harbor Dr",
        Usual { traffic: true, ..usual("construction", "Gas main replacement", 7, 8, 1) },
    ),
    (
        "Capital City FC",
        "venue",
        "North plaza and gates",
        Usual {
            attendance: Some(14_000),
            alcohol: true,
            traffic: true,
            days: &[Wednesday, Saturday],
            share: 70,
            ..usual("event", "Home game, gates and plaza", 16, 7, 6)
        },
    ),
    (
        "Foundry Music Hall",
        "venue",
        "Front doors and alley",
        Usual { attendance: Some(900), alcohol: true, days: NIGHTS_OUT, ..usual("event", "Concert night", 18, 6, 2) },
    ),
    (
        "Orchard Elementary",
        "school",
        "Crossing at Orchard Rd",
        Usual { traffic: true, ..usual("school", "Arrival and dismissal crossing", 7, 8, 1) },
    ),
    ("First Frontier Bank", "business", "Downtown branch lobby", usual("security", "Branch lobby", 9, 8, 1)),
    (
        "St. Anne Clinic",
        "business",
        "Front desk",
        Usual { days: EVERY_DAY, ..usual("security", "Clinic front desk", 15, 8, 1) },
    ),
    (
        "Whitley Memorial Chapel",
        "business",
        "Chapel to Grove cemetery",
        Usual { traffic: true, days: NOT_SUNDAY, share: 50, ..usual("escort", "Funeral procession", 10, 4, 2) },
    ),
    (
        "Balcones Haulage",
        "contractor",
        "Depot Rd yard",
        Usual { traffic: true, ..usual("escort", "Oversize load escort", 5, 5, 2) },
    ),
    (
        "Union Market",
        "business",
        "Market hall and parking",
        Usual { attendance: Some(2_500), days: &[Saturday], ..usual("event", "Saturday market", 8, 6, 2) },
    ),
    (
        "Riverside Half Marathon",
        "nonprofit",
        "Miles 4 to 7",
        Usual {
            attendance: Some(4_000),
            traffic: true,
            days: &[Sunday],
            share: 15,
            ..usual("event", "Half marathon, miles 4 to 7", 6, 6, 8)
        },
    ),
    (
        "Prospect Theater",
        "venue",
        "Lobby",
        Usual {
            attendance: Some(600),
            alcohol: true,
            days: &[Wednesday, Thursday, Friday, Saturday],
            ..usual("event", "Evening show", 18, 5, 2)
        },
    ),
    (
        "Kiln District Association",
        "nonprofit",
        "Kiln Rd, four blocks",
        Usual {
            attendance: Some(1_200),
            alcohol: true,
            traffic: true,
            days: &[Friday, Saturday],
            share: 40,
            ..usual("event", "Street festival", 12, 8, 4)
        },
    ),
    (
        "Laurel Grocers",
        "business",
        "Store 14",
        Usual { days: EVERY_DAY, ..usual("security", "Store security, evening", 16, 6, 1) },
    ),
    (
        "Brookhaven Water",
        "city",
        "Valve work, Elm St",
        Usual { traffic: true, ..usual("construction", "Valve replacement", 8, 8, 1) },
    ),
    (
        "Quarry Road Church",
        "nonprofit",
        "Parking and crossing",
        Usual { traffic: true, days: &[Sunday], ..usual("traffic", "Sunday services, traffic", 8, 5, 2) },
    ),
    (
        "Juniper Apartments",
        "business",
        "Grounds",
        Usual { days: EVERY_DAY, ..usual("security", "Overnight patrol of the grounds", 22, 8, 1) },
    ),
    (
        "Station Street Garage",
        "business",
        "Exits during events",
        Usual { traffic: true, days: NIGHTS_OUT, ..usual("traffic", "Garage exits", 19, 4, 1) },
    ),
];

pub const COUNTY: &[Patron] = &[
    (
        "Marlow County Fair",
        "nonprofit",
        "Fairgrounds, main gate",
        Usual {
            attendance: Some(3_000),
            alcohol: true,
            days: WEEKEND,
            share: 30,
            ..usual("event", "Fair, main gate", 15, 7, 2)
        },
    ),
    (
        "Stillwater Timber",
        "contractor",
        "County Road 9",
        Usual { traffic: true, ..usual("traffic", "Log trucks, County Road 9", 6, 8, 1) },
    ),
    (
        "Marlow High School",
        "school",
        "Stadium",
        Usual { attendance: Some(1_500), days: &[Friday], ..usual("school", "Friday night football", 18, 4, 2) },
    ),
    (
        "Lakeside Lodge",
        "venue",
        "Ballroom",
        Usual {
            attendance: Some(220),
            alcohol: true,
            days: &[Saturday],
            ..usual("event", "Wedding reception", 17, 6, 1)
        },
    ),
    (
        "Northern Grid Cooperative",
        "utility",
        "Substation road",
        Usual { traffic: true, ..usual("construction", "Line work, lane closure", 7, 8, 1) },
    ),
    (
        "Marlow Feed & Supply",
        "business",
        "Store and yard",
        Usual { days: EVERY_DAY, ..usual("security", "Yard watch", 18, 6, 1) },
    ),
    (
        "Pine Hollow Camp",
        "nonprofit",
        "Camp entrance",
        Usual { days: WEEKEND, ..usual("security", "Camp entrance, weekend", 9, 8, 1) },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_the_truth_about_its_day_and_hour() {
        for (.., usual) in CITY.iter().chain(COUNTY) {
            let title = usual.title.to_lowercase();
            for (word, days) in
                [("saturday", &[Saturday][..]), ("sunday", &[Sunday]), ("friday", &[Friday]), ("weekend", WEEKEND)]
            {
                assert!(!title.contains(word) || usual.days == days, "{title}: {:?}", usual.days);
            }
            let ends = usual.from_hour + usual.hours;
            assert!(!title.contains("evening") || usual.from_hour >= 15, "{title} from {}", usual.from_hour);
            assert!(!title.contains("night") || ends >= 22, "{title} until {ends}");
            assert!(usual.job_type != "school" || usual.days.iter().all(|day| WORKDAYS.contains(day)), "{title}");
        }
    }

    #[test]
    fn every_day_has_work_and_no_name_stands_twice() {
        for customers in [CITY, COUNTY] {
            for day in EVERY_DAY {
                assert!(customers.iter().any(|(.., usual)| usual.days.contains(day) && usual.share == 100), "{day:?}");
            }
        }
        for names in [FIRST, LAST, STREETS] {
            let mut sorted = names.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len());
        }
    }
}
