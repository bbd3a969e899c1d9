import { createContext } from 'svelte'

/** The form as its fields see it. A field is named by its path in the edited object, such as `will.topic`. */
export interface Form {
  /** The sentence for a field's fault; undefined when there is none to show. */
  faultOf: (field: string) => string | undefined
  /** Call when the user has visited a field. */
  touch: (field: string) => void
}

/** Context: the form around a field, and the function that provides it. */
export const [formAround, provideForm] = createContext<Form>()
