namespace VmmEngine.Conformance.OpenBsd.Interface;

/// <summary>
/// A revision of the interface: its command words, from the interface's description, and where its structs have what differs. A test compares the words with
/// the engine's tables, which compute theirs from layouts.
/// </summary>
internal sealed class Revision
{
    private const uint ReadRegistersWord = 0xC248_5607;

    private Revision(string name, uint create, uint run, uint shareMemory, uint? protectMemory)
    {
        Name = name;
        Create = Of("VMM_IOC_CREATE", create);
        Run = Of("VMM_IOC_RUN", run, Before.FindVm | Before.OneVcpu);
        Info = Of("VMM_IOC_INFO", 0xC018_5603);
        Terminate = Of("VMM_IOC_TERM", 0x8004_5604, Before.FindVm);
        ResetCpu = Of("VMM_IOC_RESETCPU", 0x8240_5605, Before.FindVm | Before.OneVcpu);
        Interrupt = Of("VMM_IOC_INTR", 0x800C_5606, Before.FindVm | Before.FindVcpu);
        ReadRegisters = Of("VMM_IOC_READREGS", ReadRegistersWord, Before.FindVm | Before.OneVcpu);
        WriteRegisters = Of("VMM_IOC_WRITEREGS", 0x8248_5608, Before.FindVm | Before.OneVcpu);
        ReadParameters = Of("VMM_IOC_READVMPARAMS", 0xC020_5609, Before.FindVm | Before.FindVcpu);
        WriteParameters = Of("VMM_IOC_WRITEVMPARAMS", 0x8020_560A, Before.FindVm | Before.FindVcpu);
        ShareMemory = Of("VMM_IOC_SHAREMEM", shareMemory, Before.FindVm | Before.SharedMap);
        ProtectMemory = protectMemory is uint word ? Of("VMM_IOC_MPROTECT_EPT", word, Before.FindVm | Before.WholeMap | Before.FindVcpu | Before.AllVcpus) : null;
        Commands =
        [
            Create, Run, Info, Terminate, ResetCpu, Interrupt, ReadRegisters, WriteRegisters, ReadParameters, WriteParameters, ShareMemory,
            .. ProtectMemory is null ? Array.Empty<Command>() : [ProtectMemory],
        ];
    }

    /// <summary>Early 2024: a VM's memory is its client's.</summary>
    public static Revision Baseline { get; } = new("baseline", 0xC258_5601, 0xC030_5602, 0x8210_560B, 0x8020_560B);

    /// <summary>Late 2025: a VM's memory is the device's.</summary>
    public static Revision Newer { get; } = new("newer", 0xCA60_5601, 0xC028_5602, 0xC290_560B, null)
    {
        IsNewer = true,
        CreatedId = 600,
        RunInject = 8,
        RunPending = 20,
        RunExit = 24,
        RunReason = 32,
        RunReady = 34,
    };

    public static IReadOnlyList<Revision> All { get; } = [Baseline, Newer];

    public string Name { get; }

    public bool IsNewer { get; private init; }

    public Command Create { get; }

    public Command Run { get; }

    public Command Info { get; }

    public Command Terminate { get; }

    public Command ResetCpu { get; }

    public Command Interrupt { get; }

    public Command ReadRegisters { get; }

    public Command WriteRegisters { get; }

    public Command ReadParameters { get; }

    public Command WriteParameters { get; }

    public Command ShareMemory { get; }

    /// <summary>Null where the revision has it no more.</summary>
    public Command? ProtectMemory { get; }

    public IReadOnlyList<Command> Commands { get; }

    /// <summary>The other one.</summary>
    public Revision Other => IsNewer ? Baseline : Newer;

    /// <summary>vcp_id in vm_create_params.</summary>
    public int CreatedId { get; private init; } = 592;

    /// <summary>vrp_inject in vm_run_params.</summary>
    public int RunInject { get; private init; } = 12;

    /// <summary>vrp_intr_pending.</summary>
    public int RunPending { get; private init; } = 24;

    /// <summary>vrp_exit.</summary>
    public int RunExit { get; private init; } = 32;

    /// <summary>vrp_exit_reason.</summary>
    public int RunReason { get; private init; } = 40;

    /// <summary>vrp_irqready.</summary>
    public int RunReady { get; private init; } = 42;

    public override string ToString() => Name;

    private Command Of(string command, uint word, Before before = Before.Nothing) => new($"{Name}/{command}", word, before);
}
