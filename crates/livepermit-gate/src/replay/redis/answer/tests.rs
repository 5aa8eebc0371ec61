use super::*;

fn word(text: &str) -> Value {
    Value::BulkString(text.as_bytes().to_vec())
}

fn memory_parts() -> Vec<Value> {
    vec![
        Value::Int(9),
        word(
            "2 30 5 60 35 0 4 1 000102030405060708090a0b0c0d0e0f 3 8371b4fb1155b71f4a04d3e1bc3e18",
        ),
        Value::Int(0),
    ]
}

fn admitted() -> Vec<Value> {
    let mut parts: Vec<Value> = [0, 0, 1_790_000_000, 5, 6].map(Value::Int).into();
    parts.extend(memory_parts());
    parts
}

#[test]
fn an_admission_is_read() {
    let reply = read(&Value::Array(admitted())).unwrap();
    assert_eq!(reply.says, Says::Answer(Answer::Admitted));
    let memory = reply.memory.unwrap();
    let (settings, known) = memory.state.unwrap();
    assert_eq!(settings.text(), "30 5 60 35 0 4 1");
    assert_eq!((known.generation, memory.admissions, memory.loss), (3, 9, None));
    assert_eq!(known.incarnation.as_str(), "8371b4fb1155b71f4a04d3e1bc3e18");
    let wait = reply.wait.unwrap();
    assert_eq!((wait.lost.as_unix(), wait.closed.as_unix()), (5, 6));
}

/// Each part of an answer is replaced by each wrong thing.
#[test]
fn nothing_else_is_an_admission() {
    let large = [i64::MIN, -1, 1 << 40, 1 << 53, (1 << 53) + 1, (1 << 32) + 9, i64::MAX];
    let mut wrong: Vec<Value> = large.map(Value::Int).into();
    wrong.extend([
        Value::Nil,
        Value::Okay,
        Value::Array(Vec::new()),
        Value::Double(0.0),
        Value::Boolean(false),
        Value::SimpleString("0".into()),
        word(""),
        word("0"),
        word("2 30 5 60 35 0 4 000102030405060708090a0b0c0d0e0f 3 83"),
        word("1 30 5 60 35 0 4 1 000102030405060708090a0b0c0d0e0f 3 83"),
        word("2 30 5 60 35 0 4 1 000102030405060708090A0b0c0d0e0f 3 83"),
        word("2 30 5 60 35 0 4 1 000102030405060708090a0b0c0d0e0f 0 83"),
        word("2 30 5 60 35 0 4 1 000102030405060708090a0b0c0d0e0f 100000000000000 83"),
        word("2 30 5 60 35 0 4 1 000102030405060708090a0b0c0d0e0f 3 "),
        Value::BulkString(vec![0xff; 32]),
    ]);
    for place in 0..8 {
        for part in &wrong {
            let mut parts = admitted();
            parts[place] = part.clone();
            // What is right there too: times and counts.
            let below =
                |limit: i64| matches!(part, Value::Int(number) if (0..limit).contains(number));
            let fits = match place {
                2..=4 => below(1 << 40),
                5 => below(100_000_000_000_000),
                _ => false,
            };
            let reply = read(&Value::Array(parts));
            assert_eq!(reply.is_some(), fits, "{place} {part:?}: {reply:?}");
        }
    }
    for length in (0..8).filter(|length| *length != 6).chain([9]) {
        // With six parts, the state is the one that the gate knows.
        let mut parts = admitted();
        parts.resize(length, Value::Int(0));
        assert_eq!(read(&Value::Array(parts)), None, "{length} parts");
    }
    for value in [Value::Int(0), Value::Nil, word("0"), Value::Okay, Value::Set(admitted())] {
        assert_eq!(read(&value), None);
    }
}

#[test]
fn every_code_has_its_own_shape() {
    for code in -1..14_i64 {
        let says = |parts: Vec<Value>| {
            let mut all = vec![Value::Int(code)];
            all.extend(parts);
            read(&Value::Array(all)).map(|reply| reply.says)
        };
        let short: Vec<Value> = [7, 1_790_000_000, 5, 6].map(Value::Int).into();
        let mut long = short.clone();
        long.extend(memory_parts());
        // With a time: what refuses. Before the memory is checked: the same.
        assert_eq!(says(short).is_some(), (1..=5).contains(&code), "{code}");
        assert_eq!(says(long.clone()).is_some(), (1..=5).contains(&code), "{code}");
        long[0] = Value::Int(0);
        assert_eq!(says(long).is_some(), [0, 1, 2, 3, 4, 5, 6, 8].contains(&code), "{code}");
        assert_eq!(says(vec![]).is_some(), code == 9, "{code}");
        assert_eq!(says(vec![Value::Int(7)]).is_some(), code == 7, "{code}");
        assert_eq!(says(vec![word("7")]).is_some(), code == 10 || code == 12, "{code}");
    }
}

#[test]
fn records_are_read_and_nothing_else() {
    let read = |text: &str| read_record(&word(text));
    assert_eq!(read_record(&Value::Nil), Ok(None));
    let full = "20\n21\nnorth\n1\n22\nsouth\n2\nhall\n56\nnorth\n3\nroof\n60\nsouth\n2\n";
    let record = read(full).unwrap().unwrap();
    let at = |seconds| Timestamp::from_unix(seconds).unwrap();
    assert_eq!(record.newest, Some((at(20), Sighting::new(at(21), "north".into(), "1".into()))));
    assert_eq!(record.slip, Some(Sighting::new(at(22), "south".into(), "2".into())));
    let hall = CoolDown::new("hall".into(), at(56), "north".into(), 3);
    assert_eq!(record.cool_downs, [hall, CoolDown::new("roof".into(), at(60), "south".into(), 2)]);
    assert_eq!(read("\n\n\n\n22\nsouth\n2\n").unwrap().unwrap().newest, None);
    assert_eq!(read("20\n21\nnorth\n1\n\n\n\n").unwrap().unwrap().slip, None);
    let wrong = [
        "",
        "20\n21\nnorth\n1\n\n\n",
        "20\n21\nnorth\n1\n\n\n\nhall\n",
        "20\n21\nnorth\n1\n\n\n\nhall\n5\nnorth\n",
        "20\n\n\n\n\n\n\n",
        "\n21\nnorth\n1\n\n\n\n",
        "x\n21\nnorth\n1\n\n\n\n",
        "1099511627776\n21\nnorth\n1\n\n\n\n",
        "20\n21\nnorth\n1\n22\nsouth\n2",
    ];
    for text in wrong {
        assert_eq!(read(text).unwrap_err().kind(), StoreErrorKind::Foreign, "{text:?}");
    }
    assert!(read_record(&Value::Int(3)).is_err());
}
