import type { ComponentProps } from 'react';

/** Folded away until somebody opens it, or a form finds something wrong in it: no browser shows a message, or moves the focus, where nothing is seen. */
export function Details(props: ComponentProps<'details'>) {
  // What is wrong is told on the way down: it is seen before the focus goes there.
  return (
    <details
      {...props}
      onInvalidCapture={(event) => {
        event.currentTarget.open = true;
      }}
    />
  );
}
