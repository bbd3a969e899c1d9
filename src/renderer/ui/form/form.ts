import { createContext } from 'svelte'

/** What the fields of a form know of it. A field is named by its path in what is edited, such as `will.topic`. */
export interface Form {
  /** The sentence of a field's fault; undefined while there is none to show. */
  faultOf: (field: string) => string | undefined
  /** The person has been at a field. */
  touch: (field: string) => void
}

/** The form around a field, and how a form makes itself known to its fields. */
export const [formAround, provideForm] = createContext<Form>()
