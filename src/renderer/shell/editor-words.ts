import { m } from '../paraglide/messages'

/** What CodeMirror says, by its own English words (its EditorState.phrases), in the language of the page. */
export const editorWords = (): Record<string, string> => ({
  Find: m.inspect_text_find(),
  Replace: m.inspect_text_replace(),
  next: m.inspect_text_next(),
  previous: m.inspect_text_previous(),
  all: m.inspect_text_all(),
  'match case': m.inspect_text_case(),
  regexp: m.inspect_text_regexp(),
  'by word': m.inspect_text_word(),
  replace: m.inspect_text_replace_one(),
  'replace all': m.inspect_text_replace_all(),
  close: m.inspect_text_close(),
  'current match': m.inspect_text_match(),
  'on line': m.inspect_text_on_line(),
  'Fold line': m.inspect_text_fold(),
  'Unfold line': m.inspect_text_unfold(),
  'folded code': m.inspect_text_folded(),
  unfold: m.inspect_text_unfold_this(),
  Completions: m.inspect_text_completions()
})
