"""A mail server for tests: STARTTLS or TLS from the start, AUTH, and bad manners on demand.

Its first argument is a JSON object (see MailServer.cs). It prints what happens, one JSON object a line, and reads
changes of its manners in the same form from standard input. It ends with its input.
"""
import asyncio, base64, json, ssl, sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

settings = json.loads(sys.argv[1])
manners = {}


def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)


class Manners:
    async def auth_XOAUTH2(self, server, args):
        # user=...^Aauth=Bearer ...^A^A
        user, bearer = base64.b64decode(args[1]).decode().split("\x01")[:2]
        given = LoginPassword(user.removeprefix("user=").encode(), bearer.removeprefix("auth=Bearer ").encode())
        return confirm(server, given, "XOAUTH2", settings["token"])

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        tell("ehlo", name=hostname)
        if manners.get("silent"):
            tell("silent")
            await asyncio.Event().wait()
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "mail" in manners:
            return manners["mail"]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := manners.get("refuse", {}).get(address):
            tell("refused", to=address)
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if manners.get("drop") == "before":
            return drop(server)
        tell("mail", sender=envelope.mail_from, recipients=envelope.rcpt_tos, user=session.auth_data.login.decode() if session.authenticated else None, tls=encrypted(server),
             source=base64.b64encode(envelope.original_content).decode())
        if manners.get("drop") == "after":
            return drop(server)
        return manners.get("data", "250 2.0.0 Kept")


def encrypted(server):
    return server.transport.get_extra_info("ssl_object") is not None


def drop(server):
    tell("dropped")
    server.transport.abort()
    return "421 gone"


def authenticate(server, session, envelope, mechanism, given):
    return confirm(server, given, mechanism, settings["password"])


def confirm(server, given, mechanism, secret):
    right = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == (settings["user"], secret)
    tell("auth", right=right, tls=encrypted(server), mechanism=mechanism)
    return AuthResult(success=right, handled=False, auth_data=given)


class Server(SMTP):
    def connection_made(self, transport):
        renewed = self.session is not None
        super().connection_made(transport)
        if not renewed:
            tell("connected")

    async def smtp_AUTH(self, arg):
        # RFC 4954 3: names of mechanisms are the same in any letter case. aiosmtpd knows upper case alone.
        mechanism, blank, rest = (arg or "").partition(" ")
        await super().smtp_AUTH(mechanism.upper() + blank + rest)


async def main():
    context = None
    if settings["security"] != "None":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings["certificate"], settings["key"])
    starttls = settings["security"] == "StartTls"

    def serve():
        return Server(
            Manners(), hostname="mail.test", ident="test", loop=loop, tls_context=context if starttls else None, require_starttls=starttls,
            authenticator=authenticate, auth_exclude_mechanism={"LOGIN", "PLAIN", "XOAUTH2"} - set(settings["mechanisms"]), auth_required=settings["user"] is not None, auth_require_tls=starttls)

    loop = asyncio.get_running_loop()
    listener = await loop.create_server(serve, "127.0.0.1", settings["port"], ssl=None if starttls else context)
    tell("listening", port=listener.sockets[0].getsockname()[1])

    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        changed = json.loads(line)
        if changed is not None:
            manners.clear()
            manners.update(changed)
        tell("settled" if changed is None else "manners")


asyncio.run(main())
