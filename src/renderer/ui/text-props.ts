/** Properties that every text field has. */
export interface TextProps {
  value: string
  id?: string
  describedby?: string | undefined
  invalid?: boolean
  /** Accessible name, unless a surrounding field provides one. */
  label?: string
  placeholder?: string | undefined
  disabled?: boolean
  oninput?: () => void
  onblur?: () => void
  onkeydown?: (event: KeyboardEvent) => void
}

/** Attributes that keep the browser from changing what is typed. */
export const asTyped = { autocomplete: 'off', autocapitalize: 'off', spellcheck: false } as const
