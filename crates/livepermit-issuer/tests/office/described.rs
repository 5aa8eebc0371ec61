//! The document of the interface, and what it says of roles.

use livepermit_issuer::staff::Role;
use serde_json::{Value, json};

use super::client;
use super::world::{World, run};

/// Every operation: method, path with ids filled in, and what the document says.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let filled: Vec<_> =
                path.split('/')
                    .map(|part| {
                        if part.starts_with('{') {
                            "0123456789abcdef0123456789abcdef"
                        } else {
                            part
                        }
                    })
                    .collect();
            all.push((method.to_uppercase(), filled.join("/"), operation.clone()));
        }
    }
    all
}

fn roles(operation: &Value) -> Option<Vec<Role>> {
    let names = operation["description"].as_str()?.strip_prefix("Roles: ")?.strip_suffix('.')?;
    Some(names.split(" or ").map(|name| Role::named(name).unwrap()).collect())
}

#[test]
fn the_document_is_openapi_3_1() {
    run(async |world: World| {
        let document = &world.document;
        assert_eq!(document["openapi"], "3.1.0");
        let all = operations(document);
        assert!(all.len() >= 30, "{}", all.len());
        let text = document.to_string();
        for place in text.split("\"$ref\":\"#").skip(1) {
            let place = place.split('"').next().unwrap();
            assert!(document.pointer(place).is_some(), "{place} leads nowhere");
        }
        let mut ids: Vec<_> =
            all.iter().map(|(_, _, operation)| &operation["operationId"]).collect();
        ids.sort_by_key(|id| id.to_string());
        ids.dedup();
        assert_eq!(ids.len(), all.len());
    });
}

#[test]
fn every_operation_refuses_who_has_no_session_and_who_has_other_roles() {
    run(async |world: World| {
        let mut officers = Vec::new();
        for role in Role::ALL {
            officers.push((role, world.officer(role.name(), &[role], &["north"]).await));
        }
        let mut refused = 0;
        for (method, path, operation) in operations(&world.document) {
            if path == "/office/login" {
                continue;
            }
            let reply = world.ask(&method, &path, &[], b"").await;
            assert_eq!(reply.refused(), (401, "no-session".to_owned()), "{path}");
            let Some(roles) = roles(&operation) else {
                assert!(matches!(&*path, "/office/logout" | "/office/session"), "{path}");
                continue;
            };
            for (role, officer) in &officers {
                let reply = match method.as_str() {
                    "GET" => world.get(officer, &path).await,
                    _ => world.post(officer, &path, json!({})).await,
                };
                if roles.contains(role) {
                    assert!(!matches!(reply.status, 401 | 403), "{path} {role:?}");
                } else {
                    assert_eq!(reply.refused(), (403, "role-missing".to_owned()), "{path}");
                    refused += 1;
                }
            }
        }
        assert!(refused >= 80, "{refused}");
        // Cases that no office has are for those who give them out.
        let check = &officers[1].1;
        let reply = world.get(check, "/office/cases?state=submitted").await;
        assert_eq!(reply.refused(), (403, "role-missing".to_owned()));
    });
}

#[test]
fn other_addresses_and_methods_are_problems_too() {
    run(async |world: World| {
        let lin = world.north().await;
        for path in ["/office/nothing", "/office/cases/x/y/z", "/office/", "/office/cases/%ff"] {
            let status = world.get(&lin, path).await.refused().0;
            assert_eq!(status, 404, "{path}");
        }
        for method in ["DELETE", "PUT", "PATCH", "OPTIONS"] {
            let reply = world.ask(method, "/office/cases", &[], b"").await;
            assert_eq!(reply.refused(), (405, "method".to_owned()), "{method}");
            let allow = reply.header("allow").unwrap();
            assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
        }
        for query in [
            "",
            "?state=x",
            "?state=assigned&most=0",
            "?state=assigned&most=x",
            "?state=assigned&behind=!",
            "?state=assigned&other=1",
            "?state=%00",
            "?state=submitted&office=north",
            "?state=assigned&office=a%20b",
        ] {
            let reply = world.get(&lin, &format!("/office/cases{query}")).await;
            assert_eq!(reply.refused().0, 422, "{query}");
        }
    });
}

#[test]
fn without_a_wallet_port_there_are_no_offers() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let world = World::start(false).await;
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let reply = world.post(&lin, &format!("{permit}/offers"), json!({})).await;
        assert_eq!(reply.refused(), (409, "no-offers".to_owned()));
        assert!(client::operation(&world.document, "POST", &format!("{permit}/offers")).is_some());
    });
}
