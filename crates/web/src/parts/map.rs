//! Maps: points to look at, and the fence of a site to draw. The list beside a map is its accessible form.

use maud::{Markup, html};

use super::{Tone, avatar};
use crate::assets::MAP_CSS;

/// A point on a map.
#[derive(Debug, Clone, Copy)]
pub struct MapPoint<'a> {
    /// Degrees north, as text.
    pub lat: &'a str,
    /// Degrees east, as text.
    pub lon: &'a str,
    /// Name of a person (shown as initials) or of a place.
    pub name: &'a str,
    /// One line for its tooltip.
    pub words: &'a str,
    /// Colour of its mark.
    pub tone: Tone,
    /// Radius of a fence in metres; 0 for none.
    pub radius_m: u32,
    /// Its page; may be empty.
    pub href: &'a str,
}

/// A map with points; starts when it comes into view. `id` lets a live update replace the points inside.
#[must_use]
pub fn map(id: &str, label: &str, points: &[MapPoint<'_>]) -> Markup {
    html! {
        link rel="stylesheet" href=(MAP_CSS);
        div.map data-map role="region" aria-label=(label) {
            (map_points(id, points))
        }
    }
}

/// The points of a [`map`] alone, for a live update that replaces them.
#[must_use]
pub fn map_points(id: &str, points: &[MapPoint<'_>]) -> Markup {
    html! {
        ul.map-points id=(id) {
            @for point in points {
                li data-lat=(point.lat) data-lon=(point.lon) data-tone=(point.tone.word())
                    data-radius=[(point.radius_m > 0).then_some(point.radius_m)] {
                    (avatar(point.name))
                    @if point.href.is_empty() { (point.name) } @else { a href=(point.href) { (point.name) } }
                    " " span { (point.words) }
                }
            }
        }
    }
}

/// The point and the fence of a site: three inputs (`lat`, `lon`, `radius_m`) and, where scripts run, a map with a pin to drag.
#[must_use]
pub fn fence_editor(lat: &str, lon: &str, radius_m: &str, start: (&str, &str)) -> Markup {
    html! {
        link rel="stylesheet" href=(MAP_CSS);
        div.fence data-fence data-start-lat=(start.0) data-start-lon=(start.1) {
            div.map role="region" aria-label="Place of the site: drag the pin" {}
            div.fence-fields {
                (super::field("lat", "Latitude").value(lat).inputmode("decimal").narrow())
                (super::field("lon", "Longitude").value(lon).inputmode("decimal").narrow())
                (super::field("radius_m", "Fence radius").value(radius_m).number().unit("m"))
            }
            p.hint { "Click the map or drag the pin to where officers stand. The circle is where a clock-in counts as on site." }
        }
    }
}
