"""POST /v1/comments:batch: many comments, judged in order, all or none."""

PATH = "/v1/comments:batch"


def rows(daemon):
    """How many comments are in the store."""
    return daemon.stored("SELECT count(*) FROM comment")[0][0]


def by(author, content="", **more):
    return {"content": content, "author": {"name": author}, **more}


def counts(answer):
    return [r["count"] for r in answer["reasons"] if r["code"] == "repeat.author"]


def test_answers_are_in_order(daemon):
    results = daemon.batch([by(f"writer {i}", f"remark {i}", id=f"c{i}") for i in range(20)])
    for i, result in enumerate(results):
        record = daemon.get(f"/v1/comments/{result['id']}").json()
        assert record["comment"]["id"] == f"c{i}"
        assert record["comment"]["content"] == f"remark {i}"
        assert record["verdict"] == result


def test_the_same_as_one_by_one(daemon):
    texts = ["Nice read, thanks!", "BUY NOW http://pills.example", "", "\u4f60\u597d"]
    tests = {"test": True, "created_at": "2016-05-06T07:08:09Z"}
    comments = [by(f"same {i}", t, **tests) for i, t in enumerate(texts)]
    assert daemon.batch(comments) == [daemon.check(c) for c in comments]


def test_repeats_inside_are_counted(daemon):
    results = daemon.batch([by("repeater") for _ in range(4)])
    assert [counts(r) for r in results] == [[], [2], [3], [4]]
    assert counts(daemon.check(by("repeater"))) == [5]


def test_tests_inside_are_not_counted(daemon):
    before = rows(daemon)
    results = daemon.batch([by("tester", test=True), by("tester"), by("tester", test=True)])
    assert [r["id"] is None for r in results] == [True, False, True]
    assert [counts(r) for r in results] == [[], [], [2]]
    assert rows(daemon) == before + 1


def test_one_that_does_not_fit_refuses_all(daemon):
    before = rows(daemon)
    batch = [by("innocent")] * 3 + [by("guilty", format="x")] + [by("innocent")]
    got = daemon.post({"comments": batch}, path=PATH)
    assert got.status_code == 422
    assert got.json()["errors"][0]["pointer"] == "/comments/3/format"
    assert rows(daemon) == before
    assert counts(daemon.check(by("innocent"))) == []


def test_as_many_as_there_may_be(daemon):
    before = rows(daemon)
    batch = [by(f"many {i % 50}", f"comment number {i} of many") for i in range(500)]
    results = daemon.batch(batch)
    assert len({r["id"] for r in results}) == 500
    assert rows(daemon) == before + 500


def test_as_large_as_there_may_be(daemon):
    batch = [by(f"large {i}", "word " * 6500) for i in range(31)]
    assert len(daemon.batch(batch)) == 31


def test_batches_after_each_other_on_one_connection(daemon):
    for i in range(10):
        assert len(daemon.batch([by(f"next {i}.{j}", "x") for j in range(10)])) == 10
