//! The page of one's own account: password, second factor, sessions, API tokens, roles.

use axum::{
    extract::Query,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, PreEscaped, html};
use muster_app::{
    Failure,
    access::{self, NewToken, OwnAccount},
};
use muster_domain::{
    access::password,
    id::{MembershipId, SessionId, TokenId},
    refusal::FieldErrors,
};
use qrcode::{QrCode, render::svg};

use super::{Done, cookie, hashing, when};
use crate::{
    Ctx,
    failure::PageFailure,
    fields::{Fields, Reader, Sent},
    given::{Given, Id},
    parts::{
        Tone, banner, button, card, card_head, copyable, empty, error_summary, field, flush_card, form, form_actions,
        link_button, list, list_row, page_head, press, tag,
    },
    signed_in::SignedIn,
};

const SAID: &[(&str, &str)] = &[
    ("password", "Your password is changed. All other sessions have ended."),
    ("factor-removed", "The second factor is removed."),
    ("session", "The session has ended."),
    ("sessions", "All other sessions have ended."),
    ("token", "The token is revoked."),
];

async fn load(ctx: &Ctx, who: &SignedIn) -> Result<OwnAccount, Failure> {
    let actor = who.actor.clone();
    ctx.read(move |tx, now| access::view_own_account(tx, &actor, now)).await
}

/// One's own account.
pub async fn show_account(given: Given, Query(done): Query<Done>) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let key = given.ctx.word();
    let body = html! {
        (page_head(&own.name).sub(html! { (own.email) " \u{b7} " (given.who.actor.role.label()) })
            .actions(press("/sign-out", &key, button("Sign out").icon("log-out"))))
        (security_card(&own))
        (sessions_card(&own, &given.who, &key))
        (tokens_card(&own, &given.who, &key))
        @if own.roles.len() > 1 { (card(html! {
            (card_head("Roles").icon("user-cog"))
            p { "You have " (own.roles.len()) " roles." }
            (form_actions(html! { (link_button("Change role", "/roles")) }))
        })) }
    };
    Ok(given.page("Account", "account").done(&done.done, SAID).draw(body))
}

fn security_card(own: &OwnAccount) -> Markup {
    let factor =
        if own.second_factor { tag(Tone::Ok, "shield-check", "On") } else { tag(Tone::Warn, "shield-alert", "Off") };
    flush_card(html! {
        (card_head("Sign-in and e-mails").icon("key-round"))
        (list(html! {
            (list_row("Password").href("/account/password").sub(if own.has_password { "At least 15 characters, or 8 beside a second factor" } else { "None chosen yet" }))
            (list_row("E-mails").href("/notices/emails").sub("Which notices also come by e-mail"))
            (list_row("Second factor").href("/account/second-factor").sub("Codes from an app on your phone").end(factor))
        }))
    })
}

fn sessions_card(own: &OwnAccount, who: &SignedIn, key: &str) -> Markup {
    let zone = who.shown.zone.as_str();
    flush_card(html! {
        (card_head("Where you are signed in").icon("monitor"))
        (list(html! {
            @for session in &own.sessions {
                @let here = Some(session.id) == who.session;
                @let end = format!("/account/sessions/{}/end", session.id);
                (list_row(session.device.as_str())
                    .sub(html! { (session.role.label()) " \u{b7} since " (when(session.created_at, zone)) " \u{b7} last used " (when(session.seen_at, zone)) })
                    .end(if here { tag(Tone::Ok, "circle-check", "This one") } else { press(&end, key, button("End").small()) }))
            }
        }))
        @if own.sessions.len() > 1 {
            (form_actions(press("/account/sessions/end", key, button("End all others").danger())))
        }
    })
}

fn tokens_card(own: &OwnAccount, who: &SignedIn, key: &str) -> Markup {
    let zone = who.shown.zone.as_str();
    flush_card(html! {
        (card_head("API tokens").icon("hash").aside(link_button("New token", "/account/tokens/new").small().icon("plus")))
        @if own.tokens.is_empty() {
            (empty("hash", "No tokens", "A token lets a program read or change what you may, without your password.", html! {}))
        } @else {
            (list(html! {
                @for token in &own.tokens {
                    @let revoke = format!("/account/tokens/{}/revocation", token.id);
                    (list_row(token.name.as_str())
                        .sub(html! { (if token.writes { "Reads and changes" } else { "Reads" }) " \u{b7} " (token.role.label())
                            " \u{b7} until " (when(token.expires_at, zone))
                            @if let Some(used) = token.used_at { " \u{b7} last used " (when(used, zone)) } })
                        .end(press(&revoke, key, button("Revoke").small())))
                }
            }))
        }
    })
}

/// Checks the current password, counting the tries. Notes a mistake when it is wrong.
async fn check_current(ctx: &Ctx, who: &SignedIn, own: &OwnAccount, fields: &Fields) -> Result<(), Failure> {
    let account = who.actor.account;
    ctx.housekeep(move |tx, now| access::count_own_check(tx, account, now)).await?;
    let given = fields.raw("current_password").to_owned();
    // Personas of the demonstration have no password; they cannot confirm with one.
    if hashing::verify(given, own.password_hash.clone()).await? {
        return ctx.housekeep(move |tx, _| access::forgive_own_checks(tx, account)).await;
    }
    let mut errors = FieldErrors::default();
    errors.add("current_password", "This is not your current password.");
    Err(errors.into())
}

fn current_password(errors: &FieldErrors) -> Markup {
    html! { (field("current_password", "Current password").password().autocomplete("current-password").errors(errors).required()) }
}

/// The form to change the password.
pub async fn show_password(given: Given) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    Ok(password_page(&given, &own, &FieldErrors::default()))
}

fn password_page(given: &Given, own: &OwnAccount, errors: &FieldErrors) -> Response {
    let hint = if own.second_factor {
        "At least 8 characters."
    } else {
        "At least 15 characters: four or five unrelated words do well."
    };
    let body = html! {
        (page_head("Change your password").sub("All other sessions end; this one goes on."))
        (error_summary(errors))
        (card(html! { (form("/account/password", &given.ctx.word(), html! {
            input type="hidden" name="username" autocomplete="username" value=(own.email);
            (current_password(errors))
            (field("password", "New password").password().autocomplete("new-password").hint(hint).errors(errors).required())
            (field("password_again", "The same once more").password().autocomplete("new-password").errors(errors).required())
            (form_actions(html! { (link_button("Cancel", "/account")) (button("Change it").primary()) }))
        })) }))
    };
    given.page("Password", "account").back("/account").status(status(errors)).draw(body)
}

fn status(errors: &FieldErrors) -> StatusCode {
    if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// Changes the password.
pub async fn change_password(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    match try_change_password(&given.ctx, &given.who, &own, &sent.fields).await {
        Ok(token) => Ok(([cookie::set(&token)], Redirect::to("/account?done=password")).into_response()),
        Err(failure) => Ok(password_page(&given, &own, &mistakes(failure)?)),
    }
}

async fn try_change_password(ctx: &Ctx, who: &SignedIn, own: &OwnAccount, fields: &Fields) -> Result<String, Failure> {
    let mut errors = FieldErrors::default();
    let mut context = vec![own.name.as_str(), own.email.as_str()];
    context.extend(own.roles.iter().flat_map(|(_, agency, customer)| [agency.as_str(), customer.as_str()]));
    password::check(&mut errors, "password", fields.raw("password"), &context, own.second_factor);
    let same = fields.raw("password") == fields.raw("password_again");
    errors.require(same, "password_again", "This is not the same password. Type it again.");
    errors.or(())?;
    check_current(ctx, who, own, fields).await?;
    let hash = hashing::hash(ctx, fields.raw("password").to_owned()).await?;
    let (actor, session) = (who.actor.clone(), who.session);
    ctx.change(move |tx, now| access::change_password(tx, (&actor, session), &hash, now)).await
}

/// The mistakes to show beside the form; other failures become their own page.
fn mistakes(failure: Failure) -> Result<FieldErrors, PageFailure> {
    match failure {
        Failure::Invalid(errors) => Ok(errors),
        Failure::Refused(refusal) => {
            let mut errors = FieldErrors::default();
            errors.add("", format!("{} {}", refusal.message, refusal.remedy));
            Ok(errors)
        }
        failure => Err(failure.into()),
    }
}

/// Sets up or removes the code generator.
pub async fn show_second_factor(given: Given) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let secret = access::totp_secret(&given.ctx.bytes());
    Ok(second_factor_page(&given, &own, (&secret, &FieldErrors::default())))
}

fn second_factor_page(given: &Given, own: &OwnAccount, (secret, errors): (&str, &FieldErrors)) -> Response {
    let key = given.ctx.word();
    let body = html! {
        (page_head("Second factor").sub("A code from an app on your phone, beside your password."))
        (error_summary(errors))
        @if own.second_factor {
            (card(html! {
                (card_head("Recovery codes").icon("life-buoy"))
                p { "Each recovery code signs you in once when your phone is not at hand. New codes replace all old ones." }
                (form("/account/recovery-codes", &key, html! {
                    (current_password(errors))
                    (form_actions(html! { (button("Make new codes")) }))
                }))
            }))
            (card(html! {
                (card_head("Remove").icon("shield-x"))
                p { "Without it, your password alone opens your account, and needs at least 15 characters." }
                (form("/account/second-factor/removal", &key, html! {
                    (current_password(&FieldErrors::default()))
                    (form_actions(html! { (button("Remove the second factor").danger()) }))
                }))
            }))
        } @else { (set_up_card(&key, own, secret, errors)) }
    };
    given.page("Second factor", "account").back("/account").status(status(errors)).draw(body)
}

fn set_up_card(key: &str, own: &OwnAccount, secret: &str, errors: &FieldErrors) -> Markup {
    card(html! {
        (card_head("Set it up").icon("qr-code"))
        p { "Open a code generator on your phone (any that reads TOTP codes) and point it at this picture." }
        div.qr role="img" aria-label="Picture for the code generator" { (qr(&access::totp_address(secret, &own.email))) }
        p { "Or type this key: " (copyable(secret)) }
        (form("/account/second-factor", key, html! {
            input type="hidden" name="secret" value=(secret);
            (field("code", "The six digits it shows now").inputmode("numeric").autocomplete("one-time-code").max_length(7).narrow().errors(errors).required())
            (current_password(errors))
            (form_actions(html! { (link_button("Cancel", "/account")) (button("Turn it on").primary()) }))
        }))
    })
}

/// The picture, dark on white in both themes, so that phones can read it.
fn qr(address: &str) -> Markup {
    match QrCode::new(address.as_bytes()) {
        Ok(code) => {
            let drawn = code
                .render::<svg::Color<'_>>()
                .min_dimensions(200, 200)
                .dark_color(svg::Color("#000"))
                .light_color(svg::Color("#fff"))
                .build();
            let from = drawn.find("<svg").unwrap_or(0);
            PreEscaped(drawn[from..].to_owned())
        }
        Err(_) => html! { p { "The picture could not be drawn; type the key instead." } },
    }
}

/// Sets up the code generator and shows the recovery codes.
pub async fn set_up_second_factor(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let (secret, code) = (sent.fields.get("secret").to_owned(), sent.fields.get("code").to_owned());
    let outcome = match check_current(&given.ctx, &given.who, &own, &sent.fields).await {
        Ok(()) => {
            let (actor, session, secret) = (given.who.actor.clone(), given.who.session, secret.clone());
            given.ctx.change(move |tx, now| access::set_up_totp(tx, (&actor, session), &secret, &code, now)).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(new) => Ok(([cookie::set(&new.token)], codes_page(&given, &new.codes)).into_response()),
        Err(failure) => {
            let errors = mistakes(failure)?;
            let fresh = access::totp_secret(&given.ctx.bytes());
            let whole = secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
            Ok(second_factor_page(&given, &own, (if whole { &secret } else { &fresh }, &errors)))
        }
    }
}

fn codes_page(given: &Given, codes: &[String]) -> Response {
    let all = codes.join("\n");
    let body = html! {
        (page_head("Keep these recovery codes").sub("They are shown only now. Each signs you in once when your phone is not at hand."))
        (banner(Tone::Warn, "printer", "Print them or write them down, and keep them apart from your phone."))
        (card(html! {
            ol.codes { @for code in codes { li { code { (code) } } } }
            p { (copyable(&all)) }
            (form_actions(html! { (link_button("I have kept them", "/account").primary()) }))
        }))
    };
    given.page("Recovery codes", "account").draw(body)
}

/// Makes new recovery codes and shows them.
pub async fn renew_codes(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let outcome = match check_current(&given.ctx, &given.who, &own, &sent.fields).await {
        Ok(()) => {
            let actor = given.who.actor.clone();
            given.ctx.change(move |tx, now| access::renew_recovery_codes(tx, &actor, now)).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(codes) => Ok(codes_page(&given, &codes)),
        Err(failure) => Ok(second_factor_page(&given, &own, ("", &mistakes(failure)?))),
    }
}

/// Removes the code generator.
pub async fn remove_second_factor(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let length = sent.fields.raw("current_password").chars().count();
    let outcome = match check_current(&given.ctx, &given.who, &own, &sent.fields).await {
        Ok(()) => {
            let actor = given.who.actor.clone();
            given.ctx.change(move |tx, now| access::remove_totp(tx, &actor, length, now)).await
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => Ok(Redirect::to("/account?done=factor-removed").into_response()),
        Err(failure) => Ok(second_factor_page(&given, &own, ("", &mistakes(failure)?))),
    }
}

/// Ends one session.
pub async fn end_session(given: Given, Id(id): Id<SessionId>) -> Result<Response, PageFailure> {
    given.ctx.housekeep(move |tx, now| access::end_own_session(tx, &given.who.actor, id, now)).await?;
    Ok(Redirect::to("/account?done=session").into_response())
}

/// Ends all sessions but this one.
pub async fn end_other_sessions(given: Given) -> Result<Response, PageFailure> {
    given
        .ctx
        .housekeep(move |tx, now| access::end_other_sessions(tx, &given.who.actor, given.who.session, now))
        .await?;
    Ok(Redirect::to("/account?done=sessions").into_response())
}

/// The form for a new token.
pub async fn new_token(given: Given) -> Response {
    let fields = Fields::default().with("days", 90).with("scope", "read");
    token_page(&given, &fields, &FieldErrors::default())
}

const SCOPES: &[(&str, &str)] = &[("read", "Reads"), ("write", "Reads and changes")];

fn token_page(given: &Given, fields: &Fields, errors: &FieldErrors) -> Response {
    let place = if given.who.shown.agency.is_empty() { "no agency yet" } else { &given.who.shown.agency };
    let body = html! {
        (page_head("New API token").sub(html! { "It may do what you may as " (given.who.actor.role.label()) ", at " (place) "." }))
        (error_summary(errors))
        (card(html! { (form("/account/tokens", &given.ctx.word(), html! {
            (field("name", "What is it for?").value(fields.get("name")).errors(errors).max_length(60).placeholder("Payroll export").required().focused())
            (field("scope", "What it may do").segmented(SCOPES).value(fields.get("scope")).errors(errors))
            (field("days", "Works for").number().unit("days").value(fields.get("days")).errors(errors).required())
            (form_actions(html! { (link_button("Cancel", "/account")) (button("Make the token").primary()) }))
        })) }))
    };
    given.page("New token", "account").back("/account").status(status(errors)).draw(body)
}

/// Makes a token and shows its secret, once.
pub async fn create_token(given: Given, sent: Sent) -> Result<Response, PageFailure> {
    let mut reader = Reader::new(&sent.fields);
    let new = NewToken {
        name: reader.text("name", 60),
        writes: reader.choice("scope", &[("read", false), ("write", true)]).unwrap_or(false),
        days: reader.number("days", 1, 366),
    };
    let outcome = match reader.finish() {
        Ok(()) => {
            let (actor, from) = (given.who.actor.clone(), (given.who.session, given.who.membership));
            given.ctx.change(move |tx, now| access::create_token(tx, &actor, from, &new, now)).await
        }
        Err(errors) => Err(Failure::Invalid(errors)),
    };
    match outcome {
        Ok((_, secret)) => {
            let body = html! {
                (page_head("Your new token").sub("It is shown only now. Keep it like a password."))
                (card(html! {
                    p { (copyable(&secret)) }
                    p { "Programs send it in the header " code { "Authorization: Bearer \u{2026}" } }
                    (form_actions(html! { (link_button("I have kept it", "/account").primary()) }))
                }))
            };
            Ok(given.page("New token", "account").draw(body))
        }
        Err(failure) => Ok(token_page(&given, &sent.fields, &mistakes(failure)?)),
    }
}

/// Revokes a token.
pub async fn revoke_token(given: Given, Id(id): Id<TokenId>, sent: Sent) -> Result<Response, PageFailure> {
    given.act(&sent, move |tx, who, now| access::revoke_token(tx, who, id, now)).await?;
    Ok(Redirect::to("/account?done=token").into_response())
}

/// The roles of an account, to choose one.
pub async fn list_roles(given: Given) -> Result<Response, PageFailure> {
    let own = load(&given.ctx, &given.who).await?;
    let key = given.ctx.word();
    let body = html! {
        (page_head("Your roles").sub("Choose the one to act in now."))
        (flush_card(list(html! {
            @for (membership, agency, customer) in &own.roles {
                @let choice = format!("/roles/{}/choice", membership.id);
                @let place = [customer, agency].into_iter().find(|name| !name.is_empty()).map_or("All agencies", String::as_str);
                @let now = membership.id == given.who.membership;
                (list_row(place).sub(membership.role.label())
                    .end(html! { @if now { (tag(Tone::Ok, "circle-check", "Now")) } (press(&choice, &key, button("Choose").small())) }))
            }
        })))
    };
    Ok(given.page("Your roles", "account").draw(body))
}

/// Lets the session act in a role.
pub async fn choose_role(given: Given, Id(id): Id<MembershipId>) -> Result<Response, PageFailure> {
    given.ctx.housekeep(move |tx, _| access::choose_membership(tx, (&given.who.actor, given.who.session), id)).await?;
    Ok(Redirect::to("/").into_response())
}
