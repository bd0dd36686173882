/** What is shown instead of a view that has failed; what was typed in it is kept all the same. */
import { Component } from 'react';
import { messageOf } from '../../api/errors';
import { Button } from './buttons';
import { EmptyState } from './EmptyState';
import type { WorkbenchServices } from './services';

interface FailsafeProps {
  services: Pick<WorkbenchServices, 'trans' | 'view'>;
  children: React.ReactNode;
}

export class Failsafe extends Component<FailsafeProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): React.ReactNode {
    const { services, children } = this.props;
    const { error } = this.state;
    if (error === null) {
      return children;
    }
    return (
      <EmptyState
        title={services.trans.__('This could not be shown')}
        text={messageOf(error)}
        testId="pf-failed"
      >
        <Button kind="accept" onClick={() => this.begin()}>
          {services.trans.__('Try again')}
        </Button>
      </EmptyState>
    );
  }

  private begin(): void {
    this.props.services.view.state.patch({ dialog: null, fullScreen: null });
    this.setState({ error: null });
  }
}
