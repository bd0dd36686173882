"""What the rules refuse, and what they let pass: `semgrep scan --test` reads this, nobody runs it."""


class Repository:
    async def bad(self, project_id):
        # ruleid: statement-without-owner
        return await self._connection.execute(select(projects).where(projects.c.id == project_id))

    async def worse(self, project_id):
        # ruleid: statement-without-owner
        await self._connection.execute(delete(projects).where(projects.c.id == project_id))

    async def good(self, project_id):
        # ok: statement-without-owner
        query = select(projects).where(projects.c.owner_id == self._owner_id)
        return await self._connection.execute(query)

    async def also_good(self, project_id):
        # ok: statement-without-owner
        await self._connection.execute(update(projects).where(self._is(project_id)).values(x=1))


async def statements(connection, name):
    # ruleid: sql-put-together
    await connection.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))
    # ruleid: sql-put-together
    await connection.execute("SELECT * FROM users WHERE name = '%s'" % name)
    # ok: sql-put-together
    await connection.execute(text("SELECT * FROM users WHERE name = :name"), {"name": name})


def logs(api_key, user):
    # ruleid: secret-in-log
    log.info("saved %s", api_key)
    # ruleid: secret-in-log
    _log.warning("refused %s for %s", user.password, user.id)
    # ok: secret-in-log
    log.info("saved a key for %s", user.id)


def opened(secret):
    # ruleid: key-in-the-open
    return {"key": secret.reveal()}


def swallowed():
    # ruleid: error-swallowed
    try:
        work()
    except Exception:
        pass
    # ok: error-swallowed
    try:
        work()
    except ValueError:
        pass


def asked(url):
    # ruleid: way-out-of-its-own
    return httpx.get(url)


def unchecked():
    # ruleid: certificates-unchecked
    return Client(verify=False)


def compared(token, known):
    # ruleid: secrets-compared-in-the-open
    if token == known:
        return True
    # ok: secrets-compared-in-the-open
    return hmac.compare_digest(token, known)


async def blocking():
    # ruleid: loop-blocked
    time.sleep(1)
    # ok: loop-blocked
    await asyncio.to_thread(lambda: None)
