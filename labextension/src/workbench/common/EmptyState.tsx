/** What an empty place says: what belongs here, and the button that begins it. */

interface EmptyStateProps {
  title: string;
  text?: string;
  testId?: string;
  children?: React.ReactNode;
}

export function EmptyState({ title, text, testId, children }: EmptyStateProps): React.JSX.Element {
  return (
    <div className="pf-Empty" data-testid={testId}>
      <div className="pf-Empty-title">{title}</div>
      {text && <p className="pf-Empty-text">{text}</p>}
      {children && <div className="pf-Empty-actions">{children}</div>}
    </div>
  );
}
