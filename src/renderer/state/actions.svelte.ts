import { untrack, type Component } from 'svelte'
import { SvelteSet } from 'svelte/reactivity'
import { isPressed, type Shortcut } from './shortcut'

/** The group that lists an action in the palette and on the shortcut sheet. */
export type ActionGroup = 'go' | 'topic' | 'connection' | 'broker' | 'view'

/** A user command, wherever it is shown. Its name and availability are read at display time. */
export interface Action {
  id: string
  group: ActionGroup
  name: () => string
  icon?: Component<{ size?: number }>
  shortcut?: Shortcut
  /** The action is hidden while this returns false. */
  when?: () => boolean
  run: () => void
}

/** The actions available on the current screen. The palette lists them, and their shortcuts run them. */
export class Actions {
  readonly #sets = new SvelteSet<readonly Action[]>()
  /** The currently available actions. */
  readonly all = $derived([...this.#sets].flat().filter((action) => action.when?.() ?? true))

  /** The action to run once it is available. */
  #awaited: string | null = null

  /** Adds actions; the returned function removes them. */
  add(actions: readonly Action[]): () => void {
    // Untracked, so that an effect that adds actions does not depend on the other sets.
    untrack(() => this.#sets.add(actions))
    const awaited = actions.find(({ id }) => id === this.#awaited)
    if (awaited) {
      this.#awaited = null
      // The screen that brought it is not complete yet.
      setTimeout(awaited.run)
    }
    return () => this.#sets.delete(actions)
  }

  /** Runs an action if it is available. */
  run(id: string): void {
    this.all.find((action) => action.id === id)?.run()
  }

  /** Runs an action of a screen that is about to be shown. */
  runThere(id: string): void {
    this.#awaited = id
  }

  /** The shortcut of an available action; null: it has none. */
  shortcutOf(id: string): Shortcut | null {
    return this.all.find((action) => action.id === id)?.shortcut ?? null
  }

  /** Runs the action whose shortcut was pressed. While the user types in a field, shortcuts that type a character belong to the field. */
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

/** Whether the target is in a dialog: dialogs take precedence over shortcuts. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="alertdialog"]') !== null
}

/** Whether keys type text at the target: fields, and the tree with its type-ahead search. */
function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="tree"], [role="tree"] *'))
  )
}
