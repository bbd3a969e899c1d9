import { untrack, type Component } from 'svelte'
import { SvelteSet } from 'svelte/reactivity'
import { isPressed, type Shortcut } from './shortcut'

/** Where an action stands in the palette and on the sheet of shortcuts. */
export type ActionGroup = 'go' | 'topic' | 'connection' | 'broker' | 'view'

/** Something that a person can do, wherever it is shown. Its name and whether it can be done now are read when it is shown. */
export interface Action {
  id: string
  group: ActionGroup
  name: () => string
  icon?: Component<{ size?: number }>
  shortcut?: Shortcut
  /** It is left out while this gives false. */
  when?: () => boolean
  run: () => void
}

/** The actions of what is on the screen: the palette lists them, and their shortcuts do them. */
export class Actions {
  readonly #sets = new SvelteSet<readonly Action[]>()
  /** Those that can be done now. */
  readonly all = $derived([...this.#sets].flat().filter((action) => action.when?.() ?? true))

  /** Puts actions in until the returned function is called. */
  add(actions: readonly Action[]): () => void {
    // Whoever adds them in an effect does not depend on what others add.
    untrack(() => this.#sets.add(actions))
    return () => this.#sets.delete(actions)
  }

  /** Does an action that can be done now. */
  run(id: string): void {
    this.all.find((action) => action.id === id)?.run()
  }

  /** Does the action whose shortcut was pressed. Shortcuts that type something are the field's own while one is being typed in. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || isInDialog(event.target)) return
    const types = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1
    if (types && isField(event.target)) return
    const action = this.all.find(({ shortcut }) => shortcut && isPressed(shortcut, event))
    if (!action) return
    event.preventDefault()
    action.run()
  }
}

/** What is asked in a dialog is answered first. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="alertdialog"]') !== null
}

/** Where keys type: fields, and the tree, which seeks what is typed. */
function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="tree"], [role="tree"] *'))
  )
}
