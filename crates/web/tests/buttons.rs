//! A button that a rule refuses brings the person back to the page with the words; nobody lands on a page of nothing else.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod world;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use muster_domain::access::Role;
use world::{Answer, World, lives::Lived, request};

async fn press(world: &World, token: &str, path: &str, (from, body): (Option<&str>, &str)) -> Answer {
    let request = Request::post(path)
        .header(header::COOKIE, format!("__Host-muster={token}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::HOST, "muster.test")
        .header("sec-fetch-site", "same-origin");
    let request = match from {
        Some(page) => request.header(header::REFERER, format!("https://muster.test{page}")),
        None => request,
    };
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_refused_button_says_why_on_the_page_where_it_was_pressed() {
    let lived = Lived::new();
    let world = &lived.world;
    let token = world.sign_in(Role::Coordinator);
    let job = format!("/jobs/{}", lived.own.ids["job"]);
    let path = format!("/shifts/{}/posting", lived.own.ids["shf"]);
    let close = |key: &str| format!("_key={key}&_press=1&do=close");
    // The first press closes what is posted, if it is; the second finds nothing to close.
    press(world, &token, &path, (Some(&job), &close("first-press-1"))).await;
    let refused = press(world, &token, &path, (Some(&format!("{job}?done=posting")), &close("second-press"))).await;
    assert_eq!((refused.status, refused.location()), (StatusCode::SEE_OTHER, job.as_str()), "{}", refused.body);
    let told = refused.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
    assert!(told.contains("HttpOnly") && told.contains("Secure") && told.contains("SameSite=Strict"), "{told}");

    let pair = told.split(';').next().unwrap();
    let back = request("GET", &job, None, "");
    let (mut parts, body) = back.into_parts();
    parts.headers.insert(header::COOKIE, format!("__Host-muster={token}; {pair}").parse().unwrap());
    let page = world.send(Request::from_parts(parts, body)).await;
    assert!(page.body.contains("not posted"), "the page says why");
    let forgotten = page.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(forgotten.starts_with("__Host-told=;") && forgotten.contains("Max-Age=0"), "{forgotten}");

    // Without a page to go back to, or from a form with fields, the answer is the refusal itself.
    let nowhere = press(world, &token, &path, (None, &close("third-press-1"))).await;
    assert_eq!(nowhere.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = press(world, &token, &path, (Some(&job), "_key=fourth-press&do=close")).await;
    assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn posting_without_a_plan_follows_the_rules_and_is_open_where_they_say_nothing() {
    let lived = Lived::new();
    let world = &lived.world;
    let token = world.sign_in(Role::Coordinator);
    let (job, shift) = (lived.own.ids["job"].clone(), lived.own.ids["shf"].clone());
    let (page, posting) = (format!("/jobs/{job}"), format!("/jobs/{job}/posting"));
    let closing = format!("/shifts/{shift}/posting");
    let close = |key: &str| format!("_key={key}&_press=1&do=close");
    press(world, &token, &closing, (Some(&page), &close("posting-close-1"))).await;
    let wrong = press(world, &token, &posting, (Some(&page), "_key=posting-wrong-1&plan=nonsense")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (at, plan) in ["&plan=rules", "&plan=open"].into_iter().enumerate() {
        let posted = press(world, &token, &posting, (Some(&page), &format!("_key=posting-open-{at}{plan}"))).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{plan:?}: {}", posted.body);
        let shown = world.send(request("GET", &page, Some(&token), "")).await;
        assert!(shown.body.contains("Posted: Everybody"), "plan {plan:?}");
        press(world, &token, &closing, (Some(&page), &close(&format!("posting-again-{at}")))).await;
    }
    let asked = [("{}", StatusCode::CREATED), (r#"{"preset":"nonsense"}"#, StatusCode::UNPROCESSABLE_ENTITY)];
    for (at, (body, wanted)) in asked.into_iter().enumerate() {
        let request = Request::post(format!("/api/v1{posting}"))
            .header(header::COOKIE, format!("__Host-muster={token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::HOST, "muster.test")
            .header("sec-fetch-site", "same-origin")
            .header("idempotency-key", format!("posting-json-{at}"))
            .body(Body::from(body))
            .unwrap();
        let answer = world.send(request).await;
        assert_eq!(answer.status, wanted, "{body}: {}", answer.body);
    }
}
