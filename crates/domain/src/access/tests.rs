use super::*;
use crate::id::Id;

fn id<T: Id>(n: u128) -> T {
    T::from_uuid(uuid::Uuid::from_u128(n))
}

fn actor(role: Role) -> Actor {
    Actor {
        account: id(1),
        name: "Test".to_owned(),
        role,
        agency: Some(id(10)),
        officer: (role == Role::Officer).then(|| id(20)),
        customer: role.is_customer().then(|| id(30)),
        unit: None,
    }
}

#[test]
fn another_agency_is_missing_for_every_role_and_action() {
    for role in Role::PEOPLE {
        for action in Action::ALL {
            for target in [Target::agency(id(11)), Target::officer(id(11), id(20)), Target::customer(id(11), id(30))] {
                assert_eq!(authorise(&actor(role), *action, &target), Err(Denied::NotVisible), "{role:?} {action:?}");
            }
        }
    }
}

#[test]
fn officers_and_customers_reach_only_their_own_rows() {
    let officer = actor(Role::Officer);
    assert!(authorise(&officer, Action::Clock, &Target::officer(id(10), id(20))).is_ok());
    assert_eq!(authorise(&officer, Action::Clock, &Target::officer(id(10), id(21))), Err(Denied::NotVisible));
    let customer = actor(Role::CustomerAdmin);
    assert!(authorise(&customer, Action::ViewInvoice, &Target::customer(id(10), id(30))).is_ok());
    assert_eq!(authorise(&customer, Action::ViewInvoice, &Target::customer(id(10), id(31))), Err(Denied::NotVisible));
    assert_eq!(
        authorise(&customer, Action::ViewOfficer, &Target::officer(id(10), id(20))),
        Err(Denied::NotAllowed(Action::ViewOfficer))
    );
}

#[test]
fn an_auditor_changes_nothing() {
    let writes = Action::ALL.iter().filter(|a| !a.code().starts_with("view_") && !a.code().starts_with("list_"));
    for action in writes.filter(|a| !matches!(a, Action::EditOwnAccount | Action::ReadNotices)) {
        assert_eq!(reach(Role::Auditor, *action), Reach::Nobody, "{action:?}");
    }
}

#[test]
fn a_unit_coordinator_stays_in_his_unit() {
    let who = Actor { unit: Some(id(5)), ..actor(Role::Coordinator) };
    let target = |unit| Target::officer(id(10), id(20)).in_unit(unit);
    assert!(authorise(&who, Action::EditOfficer, &target(Some(id(5)))).is_ok());
    assert!(authorise(&who, Action::EditOfficer, &target(Some(id(6)))).is_err());
}

#[test]
fn an_operator_must_choose_an_agency() {
    let who = Actor { agency: None, ..actor(Role::Dispatcher) };
    assert_eq!(authorise(&who, Action::ViewJob, &Target::agency(id(10))), Err(Denied::NoAgency));
    assert_eq!(who.scope(), Err(Denied::NoAgency));
}

#[test]
fn words_of_actions_are_unique() {
    let mut codes: Vec<_> = Action::ALL.iter().map(|a| a.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Action::ALL.len());
}
