using VmmEngine.SoftX86.Tests.Oracle;

namespace VmmEngine.SoftX86.Tests.Selection;

/// <summary>A runner whose status flags are not looked at.</summary>
internal sealed class WithoutFlags(IInstructionRunner runner) : IInstructionRunner
{
    /// <inheritdoc/>
    public string Name => runner.Name;

    /// <inheritdoc/>
    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        string? stopped = runner.Run(instruction, ref state, data);
        state.Rflags &= ~(ulong)StatusFlags.All;
        return stopped;
    }

    /// <inheritdoc/>
    public void Dispose() => runner.Dispose();
}
