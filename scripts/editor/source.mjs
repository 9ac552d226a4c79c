/* The Cypher editor: CodeMirror 6 with Neo4j's own grammar for colours and completion. `build.mjs` bundles it; the page
   loads the bundle when the editor is first opened (explorer/assets/editor/window.js). It knows nothing of the page. */
import { autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewlineKeepIndent } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  keymap, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { autocomplete, highlightSyntax } from "@neo4j-cypher/language-support";

const MOST = 20000; // letters: a longer text is shown without colours and completion, as the grammar would be slow on it
const REST = 60; // milliseconds of rest before a text is coloured anew
// What would be refused anyway is not offered.
const WRITING = /^(ADD|ALTER|CREATE|DEALLOCATE|DELETE|DENY|DETACH|DROP|DRYRUN|ENABLE|FINISH|FOREACH|GRANT|INSERT|LOAD|MERGE|NODETACH|PROFILE|EXPLAIN|REALLOCATE|REMOVE|RENAME|REVOKE|SET|SHOW|START|STOP|TERMINATE|USE|USING PERIODIC)\b/;

// The grammar uses an iterator's toArray(), which browsers before 2025 lack.
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
if (!iterators.toArray) Object.defineProperty(iterators, "toArray", { value() { return [...this]; }, configurable: true });

/* ---- colours ---- */

const coloured = StateEffect.define();
const colours = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) if (effect.is(coloured)) return effect.value;
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function tokens(text) {
  if (text.length > MOST) return [];
  try { return highlightSyntax(text); } catch (error) {
    console.info("This text can't be coloured:", error.message);
    return [];
  }
}

function colour(view) {
  const length = view.state.doc.length, marks = [];
  let end = 0;
  const sorted = tokens(view.state.doc.toString())
    .map((t) => ({ from: t.position.startOffset, to: t.position.startOffset + t.length, kind: t.tokenType }))
    .sort((a, b) => a.from - b.from);
  for (const { from, to, kind } of sorted) {
    if (from < end || to > length || from >= to || kind === "none") continue;
    marks.push(Decoration.mark({ class: "cy-" + kind }).range(from, to));
    end = to;
  }
  view.dispatch({ effects: coloured.of(Decoration.set(marks)), annotations: Transaction.addToHistory.of(false) });
}

/* ---- completion ---- */

const KINDS = { 2: "procedure", 3: "function", 6: "variable", 10: "property", 14: "keyword", 25: "label" };

function completion(schema) {
  return (context) => {
    const text = context.state.doc.toString();
    const word = context.matchBefore(/[\p{L}\p{N}_]*/u);
    const before = context.state.sliceDoc(Math.max(0, word.from - 1), word.from);
    if (text.length > MOST || (!context.explicit && word.from === word.to && !/[:.$]/.test(before))) return null;
    let found;
    try {
      found = autocomplete(text.slice(0, context.pos), schema.db, { manual: context.explicit, consoleCommandsEnabled: false });
    } catch (error) {
      console.info("There is no completion here:", error.message);
      return null;
    }
    // A word that is a variable already needs no end, and Enter behind it begins a new line.
    if (!context.explicit && found.some((one) => one.kind === 6 && one.label === word.text)) return null;
    const seen = new Set();
    const options = found.filter((one) => !(one.kind === 14 && WRITING.test(one.label))).map((one) => {
      const parameter = one.label.startsWith("$");
      const label = parameter && before === "$" ? one.label.slice(1) : one.label;
      return {
        label, apply: parameter ? label : one.insertText || one.label, type: KINDS[one.kind] || "keyword",
        detail: (one.kind === 25 || one.kind === 10) && schema.captions[one.label] || "",
        info: one.signature ? one.signature + (one.documentation ? "\n" + one.documentation : "") : undefined,
        boost: one.kind === 14 ? -50 : one.kind === 3 ? -20 : 0,
      };
    }).filter((one) => !seen.has(one.label) && seen.add(one.label));
    return options.length ? { from: word.from, options, validFor: /^[\p{L}\p{N}_]*$/u } : null;
  };
}

/* ---- marks of a check ---- */

function place(state, line, column) {
  const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  return Math.min(at.from + Math.max(0, column - 1), at.to);
}

function range(state, { line, column }) {
  let from = place(state, line, column);
  const rest = state.sliceDoc(from, state.doc.lineAt(from).to);
  const to = from + Math.max(1, /^(`[^`]*`|[\p{L}\p{N}_$]+|.)?/u.exec(rest)[0].length);
  if (to > state.doc.length) from = Math.max(0, state.doc.length - 1);
  return { from, to: Math.min(to, state.doc.length) };
}

/* An editor in `parent`. `on` has functions: change(text), run(), save(). */
function make(parent, { label, hint, on }) {
  const schema = { db: {}, captions: {} };
  let timer = null;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: "",
      extensions: [
        lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), highlightSpecialChars(), history(),
        drawSelection(), bracketMatching(), closeBrackets(), lintGutter(), EditorView.lineWrapping, colours,
        EditorState.tabSize.of(2), EditorState.lineSeparator.of("\n"), placeholder(hint),
        tooltips({ parent: document.body }),
        autocompletion({ override: [completion(schema)], icons: false, maxRenderedOptions: 200 }),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        Prec.highest(keymap.of([
          { key: "Mod-Enter", preventDefault: true, run: (target) => (closeCompletion(target), on.run(), true) },
          { key: "Mod-s", preventDefault: true, run: (target) => (closeCompletion(target), on.save(), true) },
          // Escape closes what has popped up, and never the window around.
          { key: "Escape", stopPropagation: true, run: (target) => closeCompletion(target) || true },
        ])),
        // No key takes Tab: it leads on to the next part of the window, as everywhere else.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, { key: "Enter", run: insertNewlineKeepIndent },
          ...defaultKeymap, ...historyKeymap, ...lintKeymap]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          window.clearTimeout(timer);
          timer = window.setTimeout(() => colour(view), REST);
          on.change(view.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    view,
    text: () => view.state.doc.toString(),
    set(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text.replace(/\r\n?/g, "\n") },
        annotations: Transaction.addToHistory.of(false) });
      this.marks([]);
      colour(view);
    },
    /* What completion offers: names of the database, and captions of the ontology. */
    learn(db, captions) { schema.db = db; schema.captions = captions; },
    /* Marks what a check found: [{line, column, message, severity}]. */
    marks(found) {
      const marks = found.filter((one) => one.line).map((one) => (
        { ...range(view.state, one), severity: one.severity, message: one.message }));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    go(line, column) {
      view.dispatch({ selection: { anchor: place(view.state, line, column) }, scrollIntoView: true });
      view.focus();
    },
    focus: () => view.focus(),
    offer: () => startCompletion(view),
    /* The names of the parameters that the text uses, in order; null where it can't be read. */
    parameters() {
      const text = view.state.doc.toString();
      return text.length > MOST ? null : [...new Set(tokens(text)
        .filter((t) => t.tokenType === "paramValue").map((t) => t.token.replace(/^`|`$/g, "")))];
    },
  };
}

window.armsgraph = window.armsgraph || {};
window.armsgraph.cypherEditor = { make };
