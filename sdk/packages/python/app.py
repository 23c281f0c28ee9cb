"""Enrols this device with an issuer and answers a verifier, in development and on specimen data.

app.py ISSUER DOCUMENT LINK STORE PHOTO...   (the passphrase is read from the terminal or standard input)
"""

import asyncio
import getpass
import sys

import humanseal as hs
from solders.keypair import Keypair

SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"


class Stills(hs.Camera):
    """Photographs in the place of a camera: they turn no head, which a staged device alone accepts."""

    def __init__(self, photos):
        self.photos = photos

    def begin(self, session):
        session.stills([hs.Frame.file(open(photo, "rb").read()) for photo in self.photos])


class Asked(hs.Owner):
    """Says yes to what the command line already says; a real app shows each question."""

    def agrees(self, question):
        if question.is_CONSENT():
            print(question.issuer, "asks:", question.text)
            return True
        if question.is_ACCOUNT():
            print(question.demand.network(), "asks for", question.account.caip10())
            return True
        return False


class Told(hs.Progress):
    def begins(self, step):
        print("·", step.name.lower().replace("_", " "))

    def ended(self, step):
        pass


class Account(hs.AccountSigner):
    def __init__(self):
        self.key = Keypair()

    def account(self):
        return f"{SOLANA}:{self.key.pubkey()}"

    def sign(self, message):
        return bytes(self.key.sign_message(message.encode()))


async def main(issuer, folder, link, store, *photos):
    typed = sys.stdin.readline() if not sys.stdin.isatty() else getpass.getpass()
    words = bytearray(typed.strip().encode())
    passphrase = hs.Passphrase(bytes(words))
    words[:] = bytes(len(words))

    keys = hs.software_keys(f"{store}/device.key")
    settings = hs.Settings(
        store=store, models=hs.MODELS, environment=hs.Environment.DEVELOPMENT, staged=True
    )
    device = await hs.Device.open(settings, keys)
    try:
        document = hs.Document.from_folder(folder)
        wallet = await device.enrol(
            issuer, document, Stills(photos), Asked(), passphrase, hs.Watch(Told())
        )
        request = await device.fetch_request(link)
        answer = await device.present(wallet, request, Account(), Asked())
        accepted = await device.send(answer)
    except hs.HumansealError as error:
        sys.exit(f"{error.code}: {error.detail}")
    print("registered until", accepted.registered_until())
    for shown in wallet.ledger():
        print(shown.at(), shown.demand().network(), "learnt that you are", shown.demand().min_age())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
