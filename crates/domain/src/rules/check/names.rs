//! Names are lower case everywhere, so one with a capital would fit nothing.

use crate::{
    predicate::{Field, Predicate, Test},
    rates::{Amounts, LookedUpBy},
    rules::RuleBook,
};

/// The facts whose words are names of the agency.
fn is_name(field: &Field) -> bool {
    matches!(
        field,
        Field::OfficerRank
            | Field::PositionRank
            | Field::PositionRole
            | Field::JobKind
            | Field::JobClass
            | Field::CustomerClass
            | Field::VenueClass
    )
}

fn lower(what: &str, word: &str) -> Option<String> {
    word.chars().any(char::is_uppercase).then(|| {
        format!(
            "{what}: \u{201c}{word}\u{201d} has a capital letter; names are lower case with underscores. Write {}",
            word.to_lowercase().replace(' ', "_")
        )
    })
}

fn of_condition(when: &Predicate, add: &mut impl FnMut(String, String)) {
    when.for_each_test(&mut |field, test| {
        if let Test::OneOf(words) = test
            && is_name(field)
        {
            for message in words.iter().filter_map(|word| lower(&field.path(), word)) {
                add(field.path().into_owned(), message);
            }
        }
    });
}

fn of_table(amounts: &Amounts, by: &[Field], add: &mut dyn FnMut(String, String)) {
    if let (Amounts::Table(table), [field, rest @ ..]) = (amounts, by) {
        for (word, inner) in table {
            if let Some(message) = is_name(field).then(|| lower(&field.path(), word)).flatten() {
                add(word.clone(), message);
            }
            of_table(inner, rest, &mut |path, message| add(format!("{word}/{path}"), message));
        }
    }
}

/// Every name with a capital, in conditions, tables and resources.
pub(super) fn capitals(book: &RuleBook, add: &mut impl FnMut(&str, String)) {
    let card = &book.rates;
    for (at, rule) in book.policy.rules.iter().enumerate() {
        of_condition(&rule.when, &mut |path, message| add(&format!("policy/{at}/when/{path}"), message));
    }
    macro_rules! conditions {
        ($($list:ident),*) => { $(
            for (at, rule) in card.$list.iter().enumerate() {
                let place = concat!("rates/", stringify!($list));
                of_condition(&rule.when, &mut |path, message| add(&format!("{place}/{at}/when/{path}"), message));
            }
        )* };
    }
    conditions!(
        base_rate,
        payable_time,
        quantize,
        premium,
        resource_fee,
        admin_fee,
        tax,
        cancellation,
        payment_terms,
        split
    );
    let mut table = |place: String, amounts: Option<&Amounts>, by: &LookedUpBy| {
        if let Some(amounts) = amounts {
            of_table(amounts, &by.0, &mut |path, message| add(&format!("{place}/{path}"), message));
        }
    };
    for (at, rule) in card.base_rate.iter().enumerate() {
        table(format!("rates/base_rate/{at}/amount"), rule.amount.as_ref(), &rule.by);
        table(format!("rates/base_rate/{at}/pay"), rule.pay.as_ref(), &rule.by);
    }
    for (at, rule) in card.premium.iter().enumerate() {
        table(format!("rates/premium/{at}/effect/set"), rule.effect.set.as_ref(), &rule.effect.by);
    }
    for (at, rule) in card.admin_fee.iter().enumerate() {
        table(format!("rates/admin_fee/{at}/percent"), rule.percent.as_ref(), &rule.by);
    }
    for (at, rule) in card.resource_fee.iter().enumerate() {
        if let Some(message) = lower("resource", &rule.resource) {
            add(&format!("rates/resource_fee/{at}/resource"), message);
        }
    }
}
