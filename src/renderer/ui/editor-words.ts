import { EditorState, type Extension } from '@codemirror/state'
import { getContext, setContext, untrack } from 'svelte'

type Words = () => Record<string, string>

const KEY = Symbol('editor words')

/** Provides what CodeMirror says, by its own English words (EditorState.phrases), to the text views below. */
export function provideEditorWords(words: Words): void {
  setContext(KEY, words)
}

/**
 * Makes the extension that has a text view speak the language of the page. The view keeps the language that it was made in, with its text and
 * its undo. Call this during component initialisation.
 */
export function useEditorWords(): () => Extension {
  const words = getContext<Words | undefined>(KEY) ?? (() => ({}))
  return () => untrack(() => EditorState.phrases.of(words()))
}
