namespace VmmEngine.SoftX86;

/// <summary>What an operation wants next.</summary>
internal enum Step : uint
{
    /// <summary>The next instruction of the block; RIP is the translator's business.</summary>
    Next,

    /// <summary>The block is over: the instruction is complete and RIP holds the next address. Also after anything that changes mode, paging or IF.</summary>
    EndBlock,

    /// <summary>The instruction did not happen; <see cref="Cpu.Exception"/> is to be delivered, RIP is still the instruction's.</summary>
    Fault,

    /// <summary>The run loop must handle <see cref="Cpu.Exit"/>; whether RIP has moved on, the exit's completion knows.</summary>
    Exit,

    /// <summary>The instruction did not happen, and nothing is wrong: its code has changed. It is looked up and executed again.</summary>
    Again,
}

/// <summary>How instructions are decoded and addresses computed.</summary>
internal enum CpuMode : uint
{
    /// <summary>Real mode (16-bit code, selectors shifted); also with big limits after a detour through protected mode.</summary>
    Real,

    /// <summary>Protected mode, 16-bit code segment.</summary>
    Protected16,

    /// <summary>Protected mode, 32-bit code segment.</summary>
    Protected32,

    /// <summary>Virtual-8086.</summary>
    Virtual8086,

    /// <summary>Long mode, 16-bit code segment.</summary>
    Compatibility16,

    /// <summary>Long mode, 32-bit code segment.</summary>
    Compatibility32,

    /// <summary>Long mode, 64-bit code.</summary>
    Long64,
}

/// <summary>What waits to be delivered to a vCPU: bits of <see cref="Cpu.Events"/>.</summary>
[Flags]
internal enum PendingEvents : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A non-maskable interrupt.</summary>
    Nmi = 1,

    /// <summary>The interrupt controller's output is raised.</summary>
    External = 2,

    /// <summary>An exception that a client injected (in <see cref="Cpu.Exception"/>'s form, kept by the back end).</summary>
    Injected = 4,

    /// <summary>An NMI is being handled: no other one until IRET.</summary>
    NmiBlocked = 8,

    /// <summary>Somebody wants to know when the guest can take an external interrupt.</summary>
    Window = 16,
}

/// <summary>What an instruction keeps away from the boundary behind it.</summary>
internal enum Shadow : uint
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>STI: interrupts.</summary>
    Interrupts,

    /// <summary>MOV SS, POP SS: interrupts, the traps of single steps and breakpoints, and instruction breakpoints. The stack pointer is still the old one.</summary>
    InterruptsAndTraps,
}
