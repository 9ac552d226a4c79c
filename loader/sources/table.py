"""Any table (CSV, TSV, XLSX, Parquet) with a mapping: a YAML file that says what its columns mean (docs/mapping.md)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path

from graph.errors import DataError
from graph.model import Entity, Source
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from loader import reference
from loader.files.tabular import Table, open_table
from loader.mappings import mapping_file as mappings
from loader.mappings.cell_text import Cells
from loader.mappings.model import TableMapping
from loader.mappings.table_claims import AttributionResolver, ClaimBuilder, NoticeText, build_rest_readers, find_speaker
from loader.mappings.table_entities import EntityResolver, ResolvedEntity, RowError, get_column_label
from loader.mappings.table_memory import EntityDeduplicator, Output, RowOutput
from loader.records import Feed, Item, Notice, RejectedRow, Row, build_name_key
from loader.rejects import PROBLEM
from loader.statements import PRIMARY_NAME

# What a spreadsheet shows where a formula failed.
FAILED = frozenset(
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #GETTING_DATA".split()
)
SOURCES = 100_000  # documents of rows that are remembered


def read(path: Path, mapping: Path, *, edition: str = "") -> Feed:
    """One edition of a table, by its mapping.

    The edition is the one given, else the mapping's `date`, else a digest of the table and the mapping. Raises
    DataError where the mapping is faulty, or the table can't be read or lacks columns that the mapping names.
    """
    plan = mappings.load(mapping)
    table = get(path, plan)
    return Feed(
        dataset=plan.dataset,
        edition=edition or plan.document.date or _compute_digest(path, plan),
        items=transform(table, plan),
        title=plan.document.title,
        keeps_history=plan.keeps_history,
        fraction=table.fraction,
    )


def get(path: Path, plan: TableMapping) -> Table:
    """The opened table. Raises DataError where it lacks columns that the mapping names."""
    table = open_table(path, plan.form)
    problems = []
    for entry, column in plan.columns():
        if column in table.unusable:
            problems.append(f"{entry}: the column {column!r} {table.unusable[column]}")
        elif column not in table.columns:
            near = get_close_matches(column, table.columns, 1, 0.6)
            hint = (
                f"did you mean {near[0]!r}?" if near else f"for the same text in every row write {{constant: {column}}}"
            )
            problems.append(f"{entry}: the table has no column {column!r}; {hint}")
    if problems:
        one = len(table.columns) == 1
        hint_on_delimiter = "; is 'file: {delimiter: …}' right? The table has one column" if one else ""
        listed = ", ".join(repr(name) for name in table.columns[:60])
        rule = "".join(f"\n  {problem}" for problem in problems)
        raise DataError(
            f"does not fit {plan.file}:{rule}{hint_on_delimiter}\n  its columns are {listed}", file=path.name
        )
    return table


def transform(table: Table, plan: TableMapping) -> Iterator[Output]:
    """The items of a table's rows."""
    maker = _RowTransformer(plan, table.columns, load_ontology())
    yield from maker.head(table)
    for row in table.rows:
        if isinstance(row, RejectedRow):
            yield maker.reject_unread(row)
        else:
            yield from maker.row(row)
    yield from maker.memory.rest()


def _compute_digest(path: Path, plan: TableMapping) -> str:
    digest = blake2b(plan.digest.encode(), digest_size=8)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


class _RowTransformer:
    """Carries a mapping out, row by row."""

    def __init__(self, plan: TableMapping, columns: tuple[str, ...], ontology: Ontology) -> None:
        self.plan, self.ontology = plan, ontology
        self.finders = [
            EntityResolver(block, plan, ontology, main=i == 0) for i, block in enumerate(plan.blocks.values())
        ]
        self.sayings = [ClaimBuilder(saying, plan, ontology) for saying in plan.sayings]
        self.teller_id, self.speaker = find_speaker(plan)
        self.voices = AttributionResolver(plan, ontology, self.teller_id)
        self.left = [item for item in build_rest_readers(plan, columns) if item[0] != PROBLEM]
        self.used = {column for _, column in plan.columns()} | {column for column, _ in self.left if plan.rest}
        fuller = {finder.key_space for finder in self.finders if finder.block.properties}
        # Blocks that may name an entity before the row comes that tells more of it.
        self.early = {f.block.block for f in self.finders if f.key_space in fuller and not f.block.properties}
        self.memory = EntityDeduplicator(ontology)
        self.states: set[str] = set()
        self.sources: set[str] = set()

    def head(self, table: Table) -> Iterator[Output]:
        """The table as a document, who says what it says, and what there is to tell of the file."""
        row = table.header
        yield Item(self.plan.document, row)
        if self.speaker and self.speaker.state:
            yield from self.state(self.speaker.state, row)
        elif self.speaker:
            speaker_type = self.ontology.types.get(self.speaker.type)
            type_ = speaker_type or self.ontology.get_type_by_role("organisation")
            yield Item(Entity(self.teller_id, type_.name, type_.labels, self.speaker.name), row)
        yield from (Notice(kind, text, row) for kind, text in table.notices)
        left = [column for column, _ in self.left]
        if left and not self.plan.rest:
            text = f"the mapping does not use {', '.join(map(repr, left))}; 'ignore' silences this, 'rest' keeps them"
            yield Notice("unused columns", text, row)

    def state(self, name: str, row: Row) -> Iterator[Output]:
        """A state, once."""
        state = reference.find_state(name)
        if state and state.id not in self.states:
            self.states.add(state.id)
            yield Item(state, row, shared=True)

    def row(self, row: Row) -> Iterable[Output]:
        """The items of a row: everything it says, or the row with what is wrong with it."""
        cells: Cells = row.values
        if not any(cells.values()):
            return ()
        notices: list[NoticeText] = []
        if not FAILED.isdisjoint(cells.values()):
            cells = self.blank_failed_formulas(cells, notices)
        entities, problems = self.find(row, cells)
        if problems:
            return (self.reject(row, problems, entities),)
        attribution, source = (
            (self.voices.same, None) if self.voices.same else self.voices.find(cells, entities, notices)
        )
        telling = RowOutput(row, cells, attribution, notices=notices)
        out = telling.items
        if source and source.id not in self.sources:
            out.append(self.source(source, row))
        for finder in self.finders:
            for one in entities[finder.block.block]:
                self._add_entity(finder, one, telling)
        for saying in self.sayings:
            out += [Item(claim, row) for claim in saying.make(cells, entities, attribution, notices)]
        for about in entities[self.plan.rest] if self.plan.rest else ():
            out += [
                Item(attribution.build_property_claim(about.id, column, text), row)
                for column, read in self.left
                if about.id and (text := read(cells))
            ]
        if notices:
            out += [Notice(kind, text, row) for kind, text in notices]
        return out

    def find(self, row: Row, cells: Cells) -> tuple[dict[str, Sequence[ResolvedEntity]], list[DataError]]:
        """The row's entities by their blocks, and what keeps the row from loading."""
        entities: dict[str, Sequence[ResolvedEntity]] = {}
        problems = []
        for finder in self.finders:
            try:
                entities[finder.block.block] = ones = finder.find(cells)
                for one in ones:
                    self.check_type(finder, one)
            except RowError as error:
                problems.append(row.problem(error.column, str(error)))
                meant = [ResolvedEntity(error.entity_id, "")] if error.entity_id else []
                entities[finder.block.block] = entities.get(finder.block.block, meant)
        return entities, problems

    def reject(
        self, row: Row, problems: Sequence[DataError], entities: Mapping[str, Sequence[ResolvedEntity]]
    ) -> RejectedRow:
        """A row that does not load: it is about the entity of the first block that has one of its own."""
        own = [f.block.block for f in self.finders if not f.block.state]
        ids = {block: frozenset(one.id for one in entities.get(block, ()) if one.id) for block in own}
        # A first block without an entity, in a row that its condition leaves out, is not the one that can't be read.
        main = next((block for block in own if ids[block] or not self.is_left_out(block, row)), "")
        concerns = ids.get(main, frozenset())
        return RejectedRow(row, tuple(problems), concerns or None, frozenset().union(*ids.values()) - concerns)

    def is_left_out(self, block: str, row: Row) -> bool:
        """Whether a block's condition leaves a row out."""
        holds = next(finder.holds for finder in self.finders if finder.block.block == block)
        return holds is not None and not holds(row.values)

    def reject_unread(self, rejected: RejectedRow) -> RejectedRow:
        """A row that the file's reader rejected, with what it is about where that is still to be read."""
        faulty = {problem.field for problem in rejected.problems}
        if "" in faulty or not faulty.isdisjoint(self.finders[0].columns):
            return rejected
        entities, _ = self.find(rejected.row, rejected.row.values)
        return self.reject(rejected.row, rejected.problems, entities)

    def blank_failed_formulas(self, cells: Cells, notices: list[NoticeText]) -> Cells:
        """The row with its failed formulas as empty cells."""
        failed = [column for column, text in cells.items() if text in FAILED and column in self.used]
        notices += [("failed formula", f"{column}: {cells[column]} counts as empty") for column in failed]
        return {**cells, **dict.fromkeys(failed, "")}

    def source(self, source: Source, row: Row) -> Item:
        """A row's own document, once; of very many, some are given again, and the core takes them for one."""
        if len(self.sources) >= SOURCES:
            self.sources.clear()
        self.sources.add(source.id)
        return Item(source, row)

    def check_type(self, finder: EntityResolver, one: ResolvedEntity) -> None:
        """That an id means one kind of thing. Raises Unfit."""
        earlier = self.memory.type_of(one.id) if one.type and not finder.block.state else None
        if earlier and earlier != one.type:
            block = finder.block
            rule = (
                f"{one.id!r} is a {earlier} in an earlier row and a {one.type} here; if these are two things, give "
                "one block's id a prefix"
            )
            raise RowError(get_column_label(block.id[0] if block.id else block.name), rule)

    def _add_note(self, one: ResolvedEntity, to: RowOutput) -> None:
        """What a user should know of an entity's id."""
        if one.note and one.id:
            # The row may have lost its id: what is held of that name is no removal.
            to.items.append(Notice("no id", one.note, to.row, frozenset({build_name_key(one.name)})))
        elif one.note:
            to.notices.append(("unknown state", one.note))

    def _add_entity(self, finder: EntityResolver, one: ResolvedEntity, to: RowOutput) -> None:
        """What the row says of one entity by itself."""
        self._add_note(one, to)
        if finder.block.state:
            to.items += self.state(one.name, to.row)
        if finder.block.state or not one.type:
            return  # only referred to
        cells = to.cells
        properties: dict[str, str | int | float] = {}
        claims = []
        if self.plan.keeps_history and finder.block.id:
            claims.append(to.attribution.names(one.id, one.name, PRIMARY_NAME))
        for fact in finder.facts[one.type]:
            # Nearly always a cell holds one value.
            for text in fact.texts(cells):
                try:
                    value = fact.convert(text)
                    if fact.prop not in properties:
                        properties[fact.prop] = value
                        if not self.plan.keeps_history:
                            continue
                except ValueError as error:
                    to.notices.append((f"faulty {fact.prop}", f"{fact.column}: {error}; kept as a claim"))
                claims.append(to.attribution.build_property_claim(one.id, fact.prop, text))
        entity = Entity(one.id, one.type, finder.labels[one.type], one.name, properties=properties)
        self.memory.give(entity, to, early=finder.block.block in self.early)
        for kind, names in finder.aliases:
            claims += [to.attribution.names(one.id, name, kind) for name in names(cells) if name != one.name]
        for scheme, numbers in finder.identifiers:
            claims += [to.attribution.build_identifier_claim(one.id, scheme, number) for number in numbers(cells)]
        if claims:
            to.items += [Item(claim, to.row) for claim in claims]
