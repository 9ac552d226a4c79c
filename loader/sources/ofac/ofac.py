"""The sanctions list of the US Treasury: a folder with sdn.csv, alt.csv, add.csv and sdn_comments.csv into a feed.

Read in two steps, with the numbers and names of the parties in memory and nothing else: first all names, for remarks
link parties by name (ofac_index); then the rows, one by one (ofac_party, ofac_items). With a filter a third reading
finds the parties that pass it, and what is left out comes last, marked as not selected: it is still on the list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from graph import dates
from graph.errors import UsageError
from graph.model import Source
from loader import reference
from loader.records import Feed, Item, Notice, RejectedRow, Row
from loader.sources.ofac import files, index, party, remarks
from loader.sources.ofac import items as ofac_items
from loader.sources.ofac.files import ADD, ALT, COMMENTS, SDN, ReadProgress
from loader.sources.ofac.index import ALL, PartyIndex, Selection

__all__ = ["Selection", "manifest", "read"]
manifest = remarks.load_manifest
Things = Iterator[Item | RejectedRow | Notice]


def read(folder: Path, *, edition: str = "", only: Selection = ALL) -> Feed:
    """One edition of the list as a feed.

    `edition` is the edition's date, which may be partial; without it the folder's name counts, where it is one
    (2019-01). `only` chooses parties: all others come as items that are not selected. Raises UsageError without a
    date, DataError where the folder has no sdn.csv or a file is of no use; the latter also from the stream.
    """
    list_files = files.find(folder)
    date = _find_edition(folder, edition)
    # How often each file is read: see the head of this file.
    often = {SDN: 4, ADD: 4, ALT: 3, COMMENTS: 1} if only else {SDN: 2, ADD: 2, ALT: 2, COMMENTS: 1}
    progress = ReadProgress(sum(path.stat().st_size * often[name] for name, path in list_files.items()))
    items = map(_name_party, _ListReader(list_files, date, only, progress).items())
    title = manifest()["title"]
    return Feed(ofac_items.DATASET, date, items, title=title, keeps_history=True, fraction=progress.fraction)


def _find_edition(folder: Path, edition: str) -> str:
    text = edition or folder.resolve().name
    try:
        dates.parse_range(text)
    except ValueError as error:
        if edition:
            raise UsageError(f"--edition: {error}") from error
        raise UsageError(
            f"the files do not say of which day they are, and neither does the folder's name, {text!r}: "
            "give --edition with the day or month of the list, such as 2021-07"
        ) from error
    return text


class _ListReader:
    def __init__(self, list_files: Mapping[str, Path], date: str, only: Selection, progress: ReadProgress) -> None:
        self.list_files, self.date, self.only, self.progress = list_files, date, only, progress
        self.index = PartyIndex()
        self.rest: dict[int, Row] = {}  # rows of sdn_comments.csv by party
        self.addresses: set[str] = set()

    def items(self) -> Things:
        """Everything; what is selected comes first, so that an address that both sorts of parties share is selected."""
        first = Row(self.list_files[SDN], 1)
        for name in (ALT, ADD, COMMENTS):
            if name not in self.list_files:
                yield Notice("missing file", f"there is no {name} beside {SDN}; what it holds will be missing", first)
        yield Item(_build_source(self.date), first)
        yield Item(reference.get_regime(ofac_items.REGIME), first, shared=True)
        yield from self.comments()
        self.build_index()
        yield from self.reject_orphans()
        if self.only:
            notices = index.choose_parties(
                self.index, self.only, self.read_valid_rows(SDN), self.read_valid_rows(ADD), self.get_remark
            )
            yield from (Notice(kind, text, first) for kind, text in notices)
        for selected in (True, False) if self.only else (True,):
            for name in (SDN, ALT, ADD):
                for row in self.rows(name, selected):
                    yield from self.transform(name, row) if isinstance(row, Row) else (row,)

    def transform(self, name: str, row: Row) -> Iterator[Item | Notice]:
        """What a row makes."""
        if name == ALT:
            return ofac_items.build_alias(row, self.index)
        if name == ADD:
            return ofac_items.build_address(row, self.index, self.new)
        return self.party(row)

    def party(self, row: Row) -> Iterator[Item | Notice]:
        text, odd = self.join_remark(row)
        if odd and self.index.selected(int(row.values["ent_num"])):
            yield Notice("cut remark", f"entry {row.values['ent_num']}, {row.values['SDN_Name']}: {odd}", row)
        yield from party.build_party(row, list(remarks.parse_facts(text)), self.index)

    def new(self, address_id: str) -> bool:
        """Whether an address comes for the first time."""
        is_known = address_id in self.addresses
        self.addresses.add(address_id)
        return not is_known

    def join_remark(self, row: Row) -> tuple[str, str]:
        """The whole remark of a party, and what is odd about it."""
        rest = self.rest.get(int(row.values["ent_num"]))
        return remarks.join_remark(row.values["Remarks"], rest.values["Remarks"] if rest else "")

    def get_remark(self, row: Row) -> str:
        """The whole remark of a party."""
        return self.join_remark(row)[0]

    def comments(self) -> Things:
        """Takes in sdn_comments.csv: it is short, for few remarks are cut."""
        for row in files.read_rows(self.list_files[COMMENTS], self.progress) if COMMENTS in self.list_files else ():
            if not isinstance(row, Row):
                yield row
            elif (number := int(row.values["ent_num"])) in self.rest:
                rule = f"row {self.rest[number].number} continues the same party's remark already"
                yield RejectedRow(row, (row.problem("ent_num", rule),))
            else:
                self.rest[number] = row

    def build_index(self) -> None:
        """The first step: who is on the list, under which names, and in which countries."""
        for row in files.read_rows(self.list_files[SDN], self.progress):
            if isinstance(row, Row):
                facts = [] if row.values["SDN_Type"] else list(remarks.parse_facts(self.get_remark(row)))
                self.index.add(row, party.find_type(row, facts))
            elif isinstance(row, RejectedRow) and (number := files.get_party_number(row.row)):
                self.index.refused.add(number)
        for row in self.read_valid_rows(ALT):
            self.index.add_alias(int(row.values["ent_num"]), row.values["alt_name"])
        for row in self.read_valid_rows(ADD):
            if row.values["Country"]:
                self.index.add_country(int(row.values["ent_num"]), row.values["Country"])

    def reject_orphans(self) -> Things:
        """What sdn_comments.csv says about nobody: the 2019-01 files came with the comments of a later edition."""
        for number, row in list(self.rest.items()):
            if problem := self.index.fault(COMMENTS, row):
                yield RejectedRow(row, (problem,))
                del self.rest[number]

    def rows(self, name: str, selected: bool) -> Iterator[Row | RejectedRow | Notice]:
        """The rows of parties that are selected, or not; faulty rows go with the former."""
        for row in files.read_rows(self.list_files[name], self.progress) if name in self.list_files else ():
            problem = self.index.fault(name, row) if isinstance(row, Row) else None
            if isinstance(row, Row) and problem is None:
                if self.index.selected(int(row.values["ent_num"])) == selected:
                    yield row
            elif selected:
                yield RejectedRow(row, (problem,)) if isinstance(row, Row) and problem else row

    def read_valid_rows(self, name: str) -> Iterator[Row]:
        """The rows without fault."""
        for row in files.read_rows(self.list_files[name], self.progress) if name in self.list_files else ():
            if isinstance(row, Row) and self.index.fault(name, row) is None:
                yield row


def _name_party(item: Item | RejectedRow | Notice) -> Item | RejectedRow | Notice:
    """A rejected row with the party that it is about, where its number can be read."""
    number = files.get_party_number(item.row) if isinstance(item, RejectedRow) else None
    if number is None or not isinstance(item, RejectedRow):
        return item
    return replace(item, concerns=frozenset({ofac_items.build_entity_id(number)}))


def _build_source(date: str) -> Source:
    details = manifest()
    keys = ("publisher", "title", "kind", "language", "reliability")
    return Source(id=ofac_items.SOURCE, date=date, url=details["address"], **{key: details[key] for key in keys})
