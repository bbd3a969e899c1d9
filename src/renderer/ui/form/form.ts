import { createContext } from 'svelte'

/** What is said below a field about its value. */
export interface FieldNote {
  text: string
  /** It is a warning. */
  bad: boolean
}

/** The form as its fields see it. A field is named by its path in the edited object, such as `will.topic`. */
export interface Form {
  /** The sentence for a field's fault; undefined when there is none to show. */
  faultOf: (field: string) => string | undefined
  /** Call when the user has visited a field. */
  touch: (field: string) => void
  /** What to say below a field; absent: nothing. */
  noteOf?: (field: string) => FieldNote | undefined
}

/** Context: the form around a field, and the function that provides it. */
export const [formAround, provideForm] = createContext<Form>()
