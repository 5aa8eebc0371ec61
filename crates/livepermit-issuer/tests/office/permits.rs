//! Permits are found by number, name and document.

use serde_json::{Value, json};

use super::world::{World, id_of, run};

async fn found(world: &World, officer: &super::world::Officer, query: &str) -> Vec<Value> {
    let page = world.get(officer, &format!("/office/permits?{query}")).await.is(200);
    page["permits"].as_array().unwrap().clone()
}

#[test]
fn permits_are_found_in_every_writing() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let number = world.get(&lin, &permit).await.is(200)["number"].clone();
        let number = number.as_str().unwrap();
        let small = number.to_lowercase();
        for query in [
            format!("number={number}"),
            format!("number=%20{small}%20"),
            "name=%E7%8E%8B%E5%B0%8F%E6%98%8E".to_owned(),
            "name=%E7%8E%8B%20%E5%B0%8F%E6%98%8E".to_owned(),
            "document=11010119900307123x".to_owned(),
            "document=110101%2019900307-123X".to_owned(),
        ] {
            let permits = found(&world, &lin, &query).await;
            assert_eq!(permits.len(), 1, "{query}");
            assert_eq!(permits[0]["id"], id_of(&permit));
        }
        for query in ["number=x", "number=%00", "name=%E7%8E%8B", "name=%00", "document=1"] {
            assert_eq!(found(&world, &lin, query).await, [] as [Value; 0], "{query}");
        }
        for query in ["", "name=a&number=b", "name=a&most=101", "holder=a"] {
            let reply = world.get(&lin, &format!("/office/permits?{query}")).await;
            assert_eq!(reply.refused().0, 422, "{query}");
        }
        let log = world.get(&lin, "/office/audit?subject=permits").await.is(200);
        assert_eq!(log["lines"].as_array().unwrap().len(), 7);
        assert!(!log.to_string().contains('王'));
    });
}

#[test]
fn a_changed_name_is_found_and_the_old_one_is_not() {
    run(async |world: World| {
        let lin = world.north().await;
        let permit = world.permit(&lin, "north").await;
        let mut body = json!({"kind": "change", "permit": id_of(&permit)});
        body["applicant"] = super::world::person();
        body["applicant"]["name"] = json!("Lin Other");
        let case = world.post(&lin, "/office/cases", body).await.is(201);
        let case = format!("/office/cases/{}", case["id"].as_str().unwrap());
        let to = json!({"office": "north", "officer": "lin"});
        world.decide(&lin, &case, "assign", to).await.is(200);
        world.decide(&lin, &case, "checks", json!({"finding": "as-stated"})).await.is(200);
        world.decide(&lin, &case, "approve", json!({})).await.is(200);
        assert_eq!(found(&world, &lin, "name=lin%20other").await.len(), 1);
        let old = found(&world, &lin, "name=%E7%8E%8B%E5%B0%8F%E6%98%8E").await;
        assert_eq!(old.len(), 0);
        assert_eq!(found(&world, &lin, "document=11010119900307123X").await.len(), 1);
    });
}

#[test]
fn pages_follow_each_other() {
    run(async |world: World| {
        let lin = world.north().await;
        for _ in 0..5 {
            world.permit(&lin, "north").await;
        }
        let (mut seen, mut place) = (Vec::new(), String::new());
        loop {
            let query = format!("/office/permits?document=11010119900307123X&most=2{place}");
            let page = world.get(&lin, &query).await.is(200);
            let rows = page["permits"].as_array().unwrap().iter();
            seen.extend(rows.map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            place = format!("&behind={next}");
        }
        assert_eq!(seen.len(), 5);
        let sorted: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!(sorted.len(), 5);

        // Cases, and lines of the log, in the same way.
        let (mut count, mut place) = (0, String::new());
        loop {
            let query = format!("/office/cases?state=decided&office=north&most=2{place}");
            let page = world.get(&lin, &query).await.is(200);
            count += page["cases"].as_array().unwrap().len();
            let Some(next) = page["next"].as_str() else { break };
            place = format!("&behind={next}");
        }
        assert_eq!(count, 5);
        let (mut count, mut behind) = (0, 0);
        loop {
            let page = world.get(&lin, &format!("/office/audit?most=7&behind={behind}")).await;
            let page = page.is(200);
            count += page["lines"].as_array().unwrap().len();
            let Some(next) = page["next"].as_u64() else { break };
            behind = next;
        }
        assert_eq!(u64::try_from(count).unwrap(), world.lines().await);
    });
}
