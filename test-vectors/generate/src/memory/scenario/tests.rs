use super::read;

/// The error for a file with these lines behind seven good ones.
fn refused(lines: &'static str) -> (usize, String) {
    let begin = "== a group\nsettings oldMaster=0\n\nLoss: a test\n  store main life=b id=1\n  \
                 store empty\n  gate north\n";
    read(format!("{begin}{lines}").leak()).map(|groups| groups.len()).unwrap_err()
}

#[test]
fn a_good_file_is_read() {
    let groups = read(concat!(
        "# A file.\n== one\nsettings clock=none oldMaster=unbounded\n\nLoss, Edge: in\n",
        "  store main life=b id=1 generation=3 north=2\n  gate north\n",
        "  0 north@main V@-4 late=first -> admitted north=3\n  arrives first -> taken\n",
    ))
    .unwrap();
    let test = &groups[0].tests[0];
    assert_eq!((test.steps.len(), test.result), (2, "valid"));
    assert_eq!(test.stores["main"].state.as_ref().unwrap().admissions["north"], 2);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    for (lines, line, part) in [
        ("", 7, "the test before has no outcome"),
        ("  copy main empty\n", 8, "the test before has no outcome"),
        ("  copy main other\n", 8, "no store is named `other`"),
        ("  0 north@main keep-alive -> kept\n  gate south\n", 9, "before its steps"),
        ("  0 north@main keep-alive\n", 8, "no `->`"),
        ("  0 north@main keep-alive -> admitted\n", 8, "`admitted` is no outcome"),
        ("  0 north@main V@-4 -> kept\n", 8, "`kept` is no outcome"),
        ("  0 north@main V@-4 -> stale\n", 8, "a refusal names a time"),
        ("  0 north@main V@-4 -> admitted well\n", 8, "`well` is not foreseen"),
        ("  0 north@main V@-4 -> admitted loss=all\n", 8, "`all` is no loss"),
        ("  0 north@main keep-alive zone=yard -> kept\n", 8, "a question has no `zone`"),
        ("  0 north@empty keep-alive -> kept\n", 8, "needs fresh="),
        ("  0 south@main keep-alive -> kept\n", 8, "no gate is named `south`"),
        ("  0 north@main v@-4 -> admitted\n", 8, "`v` is no permit"),
        ("  arrives first -> taken\n", 8, "`first` is not late"),
        ("  0 north@main V late=one -> admitted\n", 8, "the test before has no outcome"),
        ("  0 go-on main perhaps ->\n", 8, "`perhaps` is no word"),
        ("  0 go-on empty cool-downs-lost ->\n", 8, "the store has no state"),
        ("  0 forget main ->\n", 8, "what is left?"),
        ("settings oldMaster=0\n", 8, "`settings` is not foreseen here"),
        ("  0 north@main keep-alive -> kept\n== two\nsettings clock=two\n", 10, "clock=two"),
    ] {
        let (at, what) = refused(lines);
        assert_eq!(at, line, "{lines}: {what}");
        assert!(what.contains(part), "{lines}: {what}");
    }
}
