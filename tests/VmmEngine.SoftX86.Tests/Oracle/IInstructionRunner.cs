namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Something that executes one user-mode instruction in 64-bit mode: the host CPU, the software vCPU, or KVM.</summary>
internal interface IInstructionRunner : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Executes <paramref name="instruction"/> once.</summary>
    /// <param name="instruction">Its bytes, or those of several that end behind the last one, at most 1 KiB; nothing relative to RIP but jumps among them.</param>
    /// <param name="state">The state before; then the state after.</param>
    /// <param name="data">The bytes at linear address <see cref="GuestData.Address"/> before and after; <see cref="GuestData.Length"/> of them.</param>
    /// <returns>Null, or what happened instead of completion (an exception, an exit): state and data are then unspecified.</returns>
    string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data);
}

/// <summary>Where the memory operands of all runners lie: below 2 GiB, so that every address form reaches it, and page-aligned.</summary>
internal static class GuestData
{
    /// <summary>Linear address of the data.</summary>
    public const ulong Address = 0x7001_0000;

    /// <summary>Bytes of it that are loaded and compared.</summary>
    public const int Length = 512;
}
