using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>SYSCALL, SYSRET, SYSENTER and SYSEXIT: privilege changes whose segments come from MSRs instead of descriptors.</summary>
internal static unsafe class SystemCalls
{
    /// <summary>What SYSRET takes from R11.</summary>
    private const ulong Returned = FlagBits.All & ~(FlagBits.Resume | FlagBits.Virtual8086);

    /// <summary>SYSCALL, of 64-bit mode.</summary>
    public static Step Syscall(Cpu* cpu, MicroOp* op)
    {
        if (!Modes.Is64Bit(cpu) || (cpu->Efer & EferBits.SystemCall) == 0)
        {
            return Faults.Undefined(cpu);
        }

        ulong flags = Flags.Get(cpu);
        cpu->General[RegisterIndex.Rcx] = Addresses.Next(cpu, op);
        cpu->General[RegisterIndex.R11] = flags & ~FlagBits.Resume;
        Flags.Set(cpu, flags & ~cpu->Msrs.Sfmask & ~FlagBits.Resume);
        ushort selector = (ushort)(cpu->Msrs.Star >> 32 & 0xFFFC);
        return Enter(cpu, selector, (ushort)(selector + 8), 0, isLong: true, cpu->Msrs.Lstar);
    }

    /// <summary>SYSRET: to 64-bit code with a 64-bit operand size, else to compatibility mode.</summary>
    public static Step Sysret(Cpu* cpu, MicroOp* op)
    {
        if (!Modes.Is64Bit(cpu) || (cpu->Efer & EferBits.SystemCall) == 0)
        {
            return Faults.Undefined(cpu);
        }

        bool isLong = op->Size == 8;
        ulong target = cpu->General[RegisterIndex.Rcx];
        if (cpu->Cpl != 0 || (isLong && !Addresses.IsCanonical(target)))
        {
            return Faults.Protection(cpu);
        }

        Flags.Set(cpu, cpu->General[RegisterIndex.R11] & Returned);
        ushort selector = (ushort)(cpu->Msrs.Star >> 48 & 0xFFFC);
        return Enter(cpu, (ushort)(selector + (isLong ? 16 : 0)), (ushort)(selector + 8), 3, isLong, isLong ? target : (uint)target);
    }

    /// <summary>SYSENTER.</summary>
    public static Step Sysenter(Cpu* cpu, MicroOp* op)
    {
        ushort selector = (ushort)(cpu->Msrs.SysenterCs & 0xFFFC);
        if ((cpu->Cr0 & Cr0Bits.ProtectionEnable) == 0 || selector == 0)
        {
            return Faults.Protection(cpu);
        }

        bool isLong = Modes.IsLong(cpu);
        cpu->Rflags &= ~(FlagBits.Virtual8086 | FlagBits.Interrupt | FlagBits.Resume);
        cpu->General[RegisterIndex.Rsp] = isLong ? cpu->Msrs.SysenterEsp : (uint)cpu->Msrs.SysenterEsp;
        return Enter(cpu, selector, (ushort)(selector + 8), 0, isLong, isLong ? cpu->Msrs.SysenterEip : (uint)cpu->Msrs.SysenterEip);
    }

    /// <summary>SYSEXIT: to 64-bit code with a 64-bit operand size.</summary>
    public static Step Sysexit(Cpu* cpu, MicroOp* op)
    {
        ushort selector = (ushort)(cpu->Msrs.SysenterCs & 0xFFFC);
        bool isLong = op->Size == 8;
        ulong target = cpu->General[RegisterIndex.Rdx];
        ulong stack = cpu->General[RegisterIndex.Rcx];
        if (!Modes.HasDescriptors(cpu) || selector == 0 || cpu->Cpl != 0
            || (isLong && (!Addresses.IsCanonical(target) || !Addresses.IsCanonical(stack))))
        {
            return Faults.Protection(cpu);
        }

        cpu->General[RegisterIndex.Rsp] = isLong ? stack : (uint)stack;
        ushort code = (ushort)(selector + (isLong ? 32 : 16));
        return Enter(cpu, code, (ushort)(code + 8), 3, isLong, isLong ? target : (uint)target);
    }

    /// <summary>Loads flat segments, and goes there.</summary>
    private static Step Enter(Cpu* cpu, ushort code, ushort stack, uint privilege, bool isLong, ulong target)
    {
        const uint Flat = AccessBits.NotSystem | AccessBits.Present | AccessBits.Granular | AccessBits.Writable | AccessBits.Accessed;
        uint level = privilege << AccessBits.PrivilegeShift;
        cpu->Segments[SegmentIndex.Cs] = new SegmentRegister
        {
            Selector = (ushort)((code & ~3u) | privilege),
            Limit = uint.MaxValue,
            Access = Flat | level | AccessBits.Code | (isLong ? AccessBits.Long : AccessBits.Big),
        };
        cpu->Segments[SegmentIndex.Ss] = new SegmentRegister
        {
            Selector = (ushort)((stack & ~3u) | privilege),
            Limit = uint.MaxValue,
            Access = Flat | level | AccessBits.Big,
        };
        cpu->Rip = target;
        Modes.Update(cpu);
        return Step.EndBlock;
    }
}
