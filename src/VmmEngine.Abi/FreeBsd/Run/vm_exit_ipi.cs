namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code IPI, 8 bytes; the destination set goes through <see cref="vm_run.cpuset"/>. Sheet section 5.3.</summary>
public struct vm_exit_ipi
{
    /// <summary>A mode below.</summary>
    public uint mode;

    /// <summary>For STARTUP, the start address divided by 4096.</summary>
    public byte vector;

    public const uint APIC_DELMODE_INIT = 0x500;
    public const uint APIC_DELMODE_STARTUP = 0x600;
}

/// <summary>Payload of exit code IPI as VM_RUN_13 reports it, 40 bytes: the destination set is part of it. Sheet section 3.4.</summary>
public unsafe struct vm_exit_ipi_13
{
    /// <inheritdoc cref="vm_exit_ipi.mode"/>
    public uint mode;

    /// <inheritdoc cref="vm_exit_ipi.vector"/>
    public byte vector;

    /// <summary>vCPU ids 0 to 255; higher ones are lost.</summary>
    public fixed ulong dmask[4];
}
