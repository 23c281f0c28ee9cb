"""The scenario that every language runs: enrol, present, be verified; and what must not pass, by its code.

scenario.py STAGE ISSUER LINK PROGRAM PAGES     STAGE: a folder of scripts/development/service.sh; LINK: a request of its
verifier; PROGRAM: `humanseal`, which is the document's chip; PAGES: a request of a network that takes printed pages
"""

import asyncio
import json
import logging
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

import humanseal as hs
from app import Account, Asked, Stills

STAGE, ISSUER, LINK, PROGRAM, PAGES = pathlib.Path(sys.argv[1]), *sys.argv[2:6]
WORDS = "correct horse battery"
PHOTOS = sorted((STAGE / "frames").iterdir())
printed = []
checks = 0


def check(what, holds):
    global checks
    assert holds, what
    checks += 1


async def refused(kind, code, work):
    """That work ends with this kind of error and this code."""
    try:
        await work
    except hs.HumansealError as error:
        printed.extend([str(error), repr(error)])
        check(f"{code}, not {error.code}", error.code == code and isinstance(error, kind))
    else:
        check(f"{code}, not done", False)


class Steps(hs.Progress):
    def __init__(self, stop_at=None):
        self.begun, self.finished = [], []
        self.stop_at, self.watch = stop_at, None

    def begins(self, step):
        self.begun.append(step)
        if step == self.stop_at:
            self.watch.cancel()

    def ended(self, step):
        self.finished.append(step)


class Silent(hs.Owner):
    def agrees(self, question):
        printed.extend([str(question), repr(question)])
        return False


class Curious(hs.Owner):
    """Looks into the wallet while it is at work, as a screen that is drawn anew would."""

    def __init__(self, wallet):
        self.wallet, self.code = wallet, None

    def agrees(self, question):
        printed.extend([str(question), repr(question)])
        try:
            self.wallet.ledger()
        except hs.HumansealError as error:
            self.code = error.code
        return False


class Broken(hs.Owner):
    def agrees(self, question):
        raise RuntimeError(WORDS)


class Locked(hs.KeyProvider):
    """A phone whose key store does not open."""

    def level(self):
        return hs.DeviceLevel.SOFTWARE

    def attest(self, digest):
        raise RuntimeError("locked")

    def wallet_secret(self, salt):
        raise RuntimeError(WORDS)


class Dark(hs.Camera):
    def begin(self, session):
        raise hs.ProviderError.Failed("no camera")


class Waiting(hs.Camera):
    """A camera that nobody stands before: its owner stops it."""

    def __init__(self, watch):
        self.watch = watch

    def begin(self, session):
        check("seconds", 100 <= session.seconds() <= 300)
        self.watch.cancel()


class Chip(hs.NfcLink):
    """The document's chip, in software: a line of hexadecimal digits a command. An empty answer is a lost link."""

    def __init__(self, *options):
        command = [PROGRAM, "document", "emulate", str(STAGE / "chip"), *options]
        self.chip = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def transceive(self, command):
        self.chip.stdin.write(command.hex() + "\n")
        self.chip.stdin.flush()
        answer = bytes.fromhex(self.chip.stdout.readline())
        if not answer:
            raise hs.ProviderError.Failed("the document is gone")
        return answer

    def close(self):
        self.chip.stdin.close()
        check("the chip ended well", self.chip.wait() == 0)


class Hand(hs.NfcTap):
    """Holds the document there again after a lost link, and only then."""

    def __init__(self):
        self.files, self.codes = [], []

    def read_so_far(self, file, bytes, of):
        if bytes == of:
            self.files.append(file)

    def again(self, code, advice):
        self.codes.append(code)
        check("advice", len(advice) > 10)
        return code == "chip_link_lost"


class Typist(hs.MrzReader):
    """Types the printed lines, one attempt after the other, and gives up when there are no more."""

    def __init__(self, *attempts):
        self.attempts, self.told = list(attempts), []

    def read(self, wrong):
        self.told.append(wrong and wrong.code)
        printed.append(str(wrong))
        return self.attempts.pop(0) if self.attempts else None


async def open_device(name, keys=None):
    store = STAGE / name
    store.mkdir(exist_ok=True)
    settings = hs.Settings(
        store=str(store), models=hs.MODELS, environment=hs.Environment.DEVELOPMENT, staged=True
    )
    return await hs.Device.open(settings, keys or hs.software_keys(str(store / "device.key")))


def words(text=WORDS):
    return hs.Passphrase(text.encode())


async def frames(device):
    """What phones give, and what they do not."""
    none, size = hs.Rotation.NONE, (640, 480, 1920)
    for code, make in [
        ("frame_length", lambda: hs.Frame.rgb(bytes(10), *size, none)),
        ("frame_stride", lambda: hs.Frame.bgra(bytes(640 * 480 * 4), *size, none)),
        ("frame_size", lambda: hs.Frame.nv21(bytes(10), 5000, 480, 5000, none)),
        ("image_unknown_format", lambda: hs.Frame.file(b"no picture")),
    ]:

        async def made():
            make()

        await refused(hs.HumansealError.Input, code, made())
    grey = hs.Frame.nv21(bytes([128]) * (640 * 480 * 3 // 2), 640, 480, 640, none)
    look = await device.look(grey)
    check("nobody in a grey frame", look.reasons == ["no_face"] and not look.ready and look.advice)
    face = await device.look(hs.Frame.file(PHOTOS[0].read_bytes()))
    check(f"a face in a photograph: {face}", "no_face" not in face.reasons)
    printed.extend([str(grey), repr(grey)])


async def printed_page(stills, asked, account):
    """A second device enrols by the printed lines: good where document level 1 suffices, and nowhere else."""
    device = await open_device("printed")
    lines = (STAGE / "chip" / "EF.DG1").read_bytes()[5:]
    slip = lines[:44] + (b"8" if lines[44:45] == b"7" else b"7") + lines[45:]
    page = hs.Frame.file((STAGE / "page.jpg").read_bytes())
    grey = hs.Frame.rgb(bytes([128]) * (640 * 480 * 3), 640, 480, 1920, hs.Rotation.NONE)
    typist = Typist(slip, lines)
    document = hs.Document.printed(typist, page)

    async def enrol(shown):
        return await device.enrol(ISSUER, shown, stills, asked, words())

    for code, shown in [
        ("mrz_given_up", hs.Document.printed(Typist(), page)),
        ("mrz_field_number", hs.Document.printed_lines(slip, page)),
        ("no_face", hs.Document.printed_lines(lines, grey)),
    ]:
        await refused(hs.HumansealError.Document, code, enrol(shown))
    wallet = await enrol(document)
    check("the slip was told", typist.told == [None, "mrz_field_number"])
    levels = wallet.summary().levels
    check("level 1", (levels.document, levels.unique) == (1, 1))
    demanding = await device.fetch_request(LINK)
    await refused(hs.HumansealError.Refused, "issuer_not_asked", device.present(wallet, demanding, account, asked))
    answer = await device.present(wallet, await device.fetch_request(PAGES), account, asked)
    accepted = await device.send(answer)
    check("accepted where it suffices", accepted.nullifier() == answer.nullifier())
    printed.extend([str(document), repr(document), str(wallet.summary())])


async def main():
    device = await open_device("device")
    await frames(device)
    await refused(hs.HumansealError.Fault, "model_unreadable", hs.Device.open(
        hs.Settings(store=str(STAGE), models="/none", environment=hs.Environment.DEVELOPMENT),
        hs.software_keys(str(STAGE / "none.key"))))

    document = hs.Document.from_folder(str(STAGE / "chip"))
    stills, asked, account = Stills(PHOTOS), Asked(), Account()
    await printed_page(stills, asked, account)

    async def enrol(camera, owner, watch=None, by=device, issuer=ISSUER, document=document):
        return await by.enrol(issuer, document, camera, owner, words(), watch)

    await refused(hs.HumansealError.Input, "address_insecure", enrol(stills, asked, issuer="http://issuer.example"))
    await refused(hs.HumansealError.Refused, "consent_refused", enrol(stills, Silent()))
    await refused(hs.HumansealError.Refused, "consent_refused", enrol(stills, Broken()))
    await refused(hs.HumansealError.Capture, "camera_failed", enrol(Dark(), asked))
    watch = hs.Watch(None)
    await refused(hs.HumansealError.Cancelled, "cancelled", enrol(Waiting(watch), asked, watch))
    stopping = Steps(stop_at=hs.Step.PORTRAIT)
    stopping.watch = hs.Watch(stopping)
    await refused(hs.HumansealError.Cancelled, "cancelled", enrol(stills, asked, stopping.watch))
    check("it stopped there", stopping.begun[-1] == hs.Step.PORTRAIT)
    check("nothing was written", not device.has_wallet())

    # The chip itself, by its card access number: a wrong one, then the right one with the link lost on the way.
    chip, hand = Chip(), Hand()
    wrong = hs.Document.over_nfc(chip, hs.DocumentAccess.from_can(b"654321"), hand)
    await refused(hs.HumansealError.Document, "chip_access_key", enrol(stills, asked, document=wrong))
    check("another tap does not mend that", hand.codes == [] and hand.files == [])
    chip.close()
    chip, hand, steps = Chip("--lose", "20"), Hand(), Steps()
    there = hs.Document.over_nfc(chip, hs.DocumentAccess.from_can(b"123456"), hand)
    wallet = await enrol(stills, asked, hs.Watch(steps), document=there)
    check("lost once", hand.codes == ["chip_link_lost"])
    check("read once", sorted(hand.files) == ["EF.DG1", "EF.DG14", "EF.DG15", "EF.DG2", "EF.SOD"])
    chip.close()
    check("steps", steps.begun == steps.finished and hs.Step.PROVE_ENROL in steps.begun)
    summary = wallet.summary()
    check("enrolled", summary.standing == hs.Standing.ENROLLED and summary.issuer == ISSUER)
    check("levels", (summary.levels.document, summary.levels.device) == (3, 1))
    await refused(hs.HumansealError.Wallet, "wallet_exists", enrol(stills, asked))

    # The wallet: words, device and generation.
    await refused(hs.HumansealError.Wallet, "wallet_wrong_passphrase", device.wallet(words("other words")))
    await refused(hs.HumansealError.Wallet, "wallet_passphrase_empty", device.wallet(words("")))
    await refused(hs.HumansealError.Wallet, "wallet_rolled_back", device.wallet(words(), summary.generation + 1))
    thief = await open_device("thief")
    shutil.copy(STAGE / "device" / "wallet", STAGE / "thief" / "wallet")
    await refused(hs.HumansealError.Wallet, "wallet_wrong_passphrase", thief.wallet(words()))
    locked = await open_device("locked", Locked())
    await refused(hs.HumansealError.Keys, "device_key_unavailable", enrol(stills, asked, by=locked))
    shutil.copy(STAGE / "device" / "wallet", STAGE / "locked" / "wallet")
    await refused(hs.HumansealError.Keys, "wallet_device_refused", locked.wallet(words()))

    # An answer to the verifier, and its ledger entry.
    wallet = await device.wallet(words(), summary.generation)
    request = await device.fetch_request(LINK)
    check("the demand", (request.demand().network(), request.demand().min_age()) == ("compute.example", 18))
    curious = Curious(wallet)
    await refused(hs.HumansealError.Refused, "account_not_confirmed", device.present(wallet, request, account, curious))
    check("a wallet at work says so", curious.code == "wallet_busy")
    raw = json.loads(urllib.request.urlopen(LINK).read())["request"]
    raw["policy"]["min_age"] = 19
    younger = hs.Request.from_json(json.dumps(raw).encode())
    await refused(hs.HumansealError.Refused, "age_not_allowed", device.present(wallet, younger, account, asked))
    check("nothing was shown", wallet.ledger() == [])

    answer = await device.present(wallet, request, account, asked)
    accepted = await device.send(answer)
    check("its account", accepted.account() == account.account())
    check("its place", accepted.nullifier() == answer.nullifier() and not answer.contested())
    (shown,) = wallet.ledger()
    check("its entry", shown.account() == account.account() and shown.demand().min_age() == 18)
    await refused(hs.HumansealError.Service, "request_closed", device.fetch_request(LINK))
    await refused(hs.HumansealError.Service, "request_used", device.send(answer))

    # A backup opens on another device, under its own words, and is bound to that one then.
    backup = str(STAGE / "backup")
    await wallet.export(backup, words("backup words"))
    other = await open_device("other")
    await refused(hs.HumansealError.Wallet, "wallet_wrong_passphrase", other.import_wallet(backup, words(), words()))
    moved = await other.import_wallet(backup, words("backup words"), words("new words"))
    check("the ledger moved", len(moved.ledger()) == 1)
    shutil.copy(backup, STAGE / "thief" / "wallet")
    await refused(hs.HumansealError.Wallet, "wallet_device_not_bound", thief.wallet(words("backup words")))

    # Nothing that prints tells a secret, an account or the person.
    for thing in [words(), device, document, there, wallet, summary, request, request.demand(), answer, accepted, shown, account]:
        printed.extend([str(thing), repr(thing)])
    mrz = (STAGE / "chip" / "EF.DG1").read_bytes()[5:]
    secrets = [WORDS, account.account().split(":")[2], accepted.pass_jwt(), answer.nullifier(), mrz[50:59].decode()]
    secrets += [part for part in mrz[5:44].decode().split("<") if part]
    for secret in secrets:
        check("a secret is printed", not any(secret in text for text in printed))

    (STAGE / "pass.jwt").write_text(accepted.pass_jwt() + "\n")
    print(f"scenario in Python: {checks} checks hold, the proof took {answer.prove_ms()} ms")


asyncio.run(main())
