namespace VmmEngine.Platform;

/// <summary>Where devices' interrupt lines end.</summary>
public abstract class InterruptController
{
    /// <summary>Sets the level of an ISA line. Any thread.</summary>
    /// <param name="line">0 to 15.</param>
    /// <param name="asserted">The level.</param>
    public abstract void SetLine(int line, bool asserted);

    /// <summary>Takes the vector of the interrupt that a vCPU is about to accept, as the processor's acknowledge cycle does.</summary>
    /// <returns>The vector, or -1 if there is none (any more).</returns>
    public abstract int Acknowledge(int vcpu);

    /// <summary>True while the output to a vCPU is raised. Any thread.</summary>
    public abstract bool HasInterrupt(int vcpu);
}
