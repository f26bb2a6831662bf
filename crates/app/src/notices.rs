//! Telling people: a notice in the inbox and an e-mail through the outbox, in the same transaction as the change.

use jiff::Timestamp;
use muster_domain::{
    access::Actor,
    id::AgencyId,
    notices::{Message, Topic},
};
pub use muster_store::notices::{Mail, Notice, To};
use muster_store::{self as store, Tx};

use crate::Failure;

/// Tells everybody whom `to` names: in the inbox always, by e-mail unless the person wants none about it. Nobody there is no failure: not every officer has an account.
///
/// # Errors
/// When the database fails.
pub fn tell(tx: &mut Tx<'_>, agency: AgencyId, to: To, message: &Message, now: Timestamp) -> Result<(), Failure> {
    for (account, address) in store::notices::list_recipients(tx, agency, to, Topic::of(message.kind))? {
        store::notices::add_notice(tx, agency, account, message, now)?;
        if !address.is_empty() {
            store::notices::add_mail(tx, Some(agency), &address, &message.title, &message.body, now)?;
        }
    }
    Ok(())
}

/// A page of the actor's inbox at the agency, newest first, 50 a page; how many there are.
///
/// # Errors
/// When the database fails.
pub fn list_notices(tx: &mut Tx<'_>, who: &Actor, page: i64) -> Result<(Vec<Notice>, i64), Failure> {
    // An operator who has not chosen an agency yet has no inbox to look into.
    let Some(agency) = who.agency else { return Ok((Vec::new(), 0)) };
    let (notices, count, _) = store::notices::list_notices(tx, who.account, agency, (50, (page.max(1) - 1) * 50))?;
    Ok((notices, count))
}

/// Marks the actor's inbox as read. Housekeeping: it changes nobody else's view and needs no audit entry.
///
/// # Errors
/// Denied while no agency is chosen.
pub fn mark_read(tx: &mut Tx<'_>, who: &Actor, now: Timestamp) -> Result<(), Failure> {
    let agency = who.scope()?.agency();
    Ok(store::notices::mark_read(tx, who.account, agency, now)?)
}

/// The topics that concern the actor's role, each with whether he wants e-mails about it.
///
/// # Errors
/// When the database fails.
pub fn list_email_choices(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<(Topic, bool)>, Failure> {
    let muted = store::notices::list_muted(tx, who.account)?;
    let concern = Topic::ALL.into_iter().filter(|topic| topic.concerns(who.role));
    Ok(concern.map(|topic| (topic, !muted.contains(&topic))).collect())
}

/// Notes which of the topics that concern his role the actor wants e-mails about; others stay as they are. Housekeeping: it
/// changes nobody else's view. E-mails about sign-in always leave.
///
/// # Errors
/// When the database fails.
pub fn choose_emails(tx: &mut Tx<'_>, who: &Actor, wanted: &[Topic]) -> Result<(), Failure> {
    for topic in Topic::ALL.into_iter().filter(|topic| topic.concerns(who.role)) {
        store::notices::choose_email(tx, who.account, topic, wanted.contains(&topic))?;
    }
    Ok(())
}

/// Claims e-mails that are due for two minutes.
///
/// # Errors
/// When the database fails.
pub fn claim_mail(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Mail>, Failure> {
    Ok(store::notices::claim_mail(tx, now, now + jiff::SignedDuration::from_mins(2))?)
}

/// Notes what became of an e-mail; a failed one is tried again after 1, 2, 4 ... minutes.
///
/// # Errors
/// When the database fails.
pub fn settle_mail(tx: &mut Tx<'_>, mail: &Mail, sent: Result<(), String>, now: Timestamp) -> Result<(), Failure> {
    match sent {
        Ok(()) => store::notices::mail_sent(tx, mail.id)?,
        Err(problem) => {
            let minutes = 1_i64 << mail.attempts.clamp(0, 8);
            store::notices::mail_failed(tx, mail, &problem, now + jiff::SignedDuration::from_mins(minutes))?;
        }
    }
    Ok(())
}
