/** Dialogs whose code is loaded when they are first opened. */
import { Notification } from '@jupyterlab/apputils';
import { useEffect, useState } from 'react';
import { useServices } from './services';

type Load<Props> = () => Promise<{ default: React.ComponentType<Props> }>;

/** React's own `lazy` would remember a failure for good, and take the workbench down with it. */
export function onDemand<Props extends object = object>(
  load: Load<Props>
): React.ComponentType<Props> {
  return function OnDemand(props: Props): React.JSX.Element | null {
    const { trans, view } = useServices();
    const [Dialog, setDialog] = useState<React.ComponentType<Props> | null>(null);
    useEffect(() => {
      let open = true;
      load().then(
        loaded => open && setDialog(() => loaded.default),
        () => {
          if (open) {
            view.state.patch({ dialog: null });
            Notification.error(trans.__('The server does not answer. Try again in a moment.'), {
              autoClose: 8000
            });
          }
        }
      );
      return () => {
        open = false;
      };
    }, [trans, view]);
    return Dialog && <Dialog {...props} />;
  };
}
