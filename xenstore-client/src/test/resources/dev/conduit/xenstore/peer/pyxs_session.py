"""Uses a XenStore server through pyxs, the Python client; prints "done" when everything was as it should be."""
import copy
import errno
import threading

from pyxs import Client, PyXSError

# Without Xen there is no /proc/xen/capabilities that says "domain 0".
Client.SU = True
ROOT = b"/pyxs"


def refused(code, call, *arguments):
    try:
        call(*arguments)
    except PyXSError as e:
        assert e.args[0] == code, (code, e)
    else:
        raise AssertionError("%s%r was not refused" % (call, arguments))


def values(client):
    client[ROOT + b"/a"] = b"one"
    assert client[ROOT + b"/a"] == b"one"
    assert client.read(ROOT + b"/none", b"default") == b"default"
    refused(errno.ENOENT, client.read, ROOT + b"/none")
    client.mkdir(ROOT + b"/d/e/f")
    assert client.exists(ROOT + b"/d/e")
    assert sorted(client.list(ROOT)) == [b"a", b"d"]
    assert sorted(path for path, _, _ in client.walk(ROOT)) == [
        ROOT, ROOT + b"/a", ROOT + b"/d", ROOT + b"/d/e", ROOT + b"/d/e/f"]
    client.delete(ROOT + b"/d")
    assert not client.exists(ROOT + b"/d")


def permissions(client):
    client.set_perms(ROOT + b"/a", [b"b0", b"r3"])
    assert client.get_perms(ROOT + b"/a") == [b"b0", b"r3"]


def transactions(client):
    client.transaction()
    client[ROOT + b"/tx"] = b"kept"
    assert client.commit()
    assert client[ROOT + b"/tx"] == b"kept"
    client.transaction()
    client[ROOT + b"/tx"] = b"dropped"
    client.rollback()
    assert client[ROOT + b"/tx"] == b"kept"

    other = copy.copy(client)
    client.transaction()
    seen = client[ROOT + b"/tx"]
    other[ROOT + b"/tx"] = b"changed"
    client[ROOT + b"/copy"] = seen
    assert not client.commit()
    assert not client.exists(ROOT + b"/copy")


def count_together(client, threads=8, each=25):
    """A counter that many clients of one connection raise in transactions loses nothing."""
    client[ROOT + b"/counter"] = b"0"
    failures = []

    def work():
        try:
            own = copy.copy(client)
            for _ in range(each):
                while True:
                    own.transaction()
                    own[ROOT + b"/counter"] = b"%d" % (int(own[ROOT + b"/counter"]) + 1)
                    if own.commit():
                        break
        except Exception as e:
            failures.append(e)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures, failures
    assert client[ROOT + b"/counter"] == b"%d" % (threads * each)


def watches(client):
    with client.monitor() as monitor:
        monitor.watch(ROOT + b"/w", b"token")
        events = monitor.wait()
        assert next(events) == (ROOT + b"/w", b"token")
        client[ROOT + b"/w/x"] = b"1"
        assert next(events) == (ROOT + b"/w/x", b"token")
        monitor.unwatch(ROOT + b"/w", b"token")
        refused(errno.ENOENT, monitor.unwatch, ROOT + b"/w", b"token")


def domains(client):
    assert client.get_domain_path(17) == b"/local/domain/17"
    assert not client.is_domain_introduced(17)
    refused(errno.ENOENT, client.set_target, 17, 18)


with Client() as session:
    values(session)
    permissions(session)
    transactions(session)
    count_together(session)
    watches(session)
    domains(session)
    session.delete(ROOT)
print("done")
