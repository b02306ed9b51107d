namespace VmmEngine.SoftX86;

/// <summary>RFLAGS as software sees it.</summary>
internal static unsafe class Flags
{
    /// <summary>RFLAGS, all of it valid.</summary>
    public static ulong Get(Cpu* cpu)
    {
        LazyFlags.Materialize(cpu);
        return cpu->Rflags;
    }

    /// <summary>Sets RFLAGS; bits that do not exist are dropped. Mode and privilege are not brought up to date.</summary>
    public static void Set(Cpu* cpu, ulong value)
    {
        cpu->FlagKind = FlagKind.None;
        cpu->Rflags = (value & FlagBits.All) | FlagBits.Fixed;
    }

    /// <summary>Sets ZF and leaves the other status flags, as VERR, LAR and their kind do.</summary>
    public static void SetZero(Cpu* cpu, bool zero)
    {
        LazyFlags.Materialize(cpu);
        cpu->Rflags = zero ? cpu->Rflags | StatusFlags.Zero : cpu->Rflags & ~(ulong)StatusFlags.Zero;
    }

    /// <summary>True at a privilege level that IOPL admits.</summary>
    public static bool AdmitsIo(Cpu* cpu) => cpu->Cpl <= (cpu->Rflags >> FlagBits.IoPrivilegeShift & 3);
}
