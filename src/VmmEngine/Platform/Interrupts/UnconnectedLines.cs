namespace VmmEngine.Platform;

/// <summary>Interrupt lines that end nowhere: of a VM without a processor.</summary>
internal sealed class UnconnectedLines : InterruptController
{
    /// <inheritdoc/>
    public override void SetLine(int line, bool asserted)
    {
    }

    /// <inheritdoc/>
    public override int Acknowledge(int vcpu) => -1;

    /// <inheritdoc/>
    public override bool HasInterrupt(int vcpu) => false;
}
