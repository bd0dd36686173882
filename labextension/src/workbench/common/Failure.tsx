/** Why something is not there, and a way to ask for it again. */
import { useTrans } from './services';

interface FailureProps {
  message: string;
  testId?: string;
  retry?: (() => void) | null;
}

export function Failure({ message, testId, retry }: FailureProps): React.JSX.Element {
  const trans = useTrans();
  return (
    <p className="pf-Outcome" data-kind="error" role="alert" data-testid={testId}>
      {message}{' '}
      {retry && (
        <button type="button" className="pf-Link" data-testid="pf-retry" onClick={retry}>
          {trans.__('Try again')}
        </button>
      )}
    </p>
  );
}
