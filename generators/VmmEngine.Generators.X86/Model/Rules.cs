namespace VmmEngine.Generators.X86.Model;

/// <summary>The words of the rules column.</summary>
internal static class Rules
{
    /// <summary>Memory operands [base+disp] are computed by the handler itself.</summary>
    public const string Base = "base";

    /// <summary>And [base+index*scale+disp].</summary>
    public const string Index = "index";

    /// <summary>A variant that leaves the flags alone, for when nobody reads them.</summary>
    public const string Free = "free";

    /// <summary>LOCK is allowed.</summary>
    public const string Lock = "lock";

    /// <summary>A memory destination is always locked.</summary>
    public const string AlwaysLocked = "locked";

    /// <summary>The result goes nowhere but into the flags.</summary>
    public const string NoWrite = "nowrite";

    /// <summary>With a register as second operand, its upper bits choose the element of a bit string in memory.</summary>
    public const string BitString = "bitstring";

    /// <summary>May fault by itself, not only by its memory operand.</summary>
    public const string Fault = "fault";

    /// <summary>64-bit mode only.</summary>
    public const string Long = "long";

    /// <summary>Every mode but 64-bit.</summary>
    public const string Legacy = "legacy";

    /// <summary>CPL 0 only.</summary>
    public const string Cpl0 = "cpl0";

    public const string Read = "r";
    public const string Write = "w";
    public const string ReadWrite = "rw";

    /// <summary>The operand is an address; nothing is accessed.</summary>
    public const string Address = "a";

    /// <summary>Ends the block through one link.</summary>
    public const string Jump = "jump";

    /// <summary>Ends the block through one of two links.</summary>
    public const string Conditional = "conditional";

    /// <summary>Ends the block with the next address in RIP.</summary>
    public const string Indirect = "indirect";

    /// <summary>Ends the block with an outcome.</summary>
    public const string End = "end";

    public const string Sse = "sse";
    public const string Mmx = "mmx";
    public const string X87 = "x87";

    /// <summary>The memory operand lies at a multiple of 16.</summary>
    public const string Aligned = "a16";

    public const string Load = "ld";
    public const string Store = "st";

    public static readonly string[] All =
    [
        Base, Index, Free, Lock, AlwaysLocked, NoWrite, BitString, Fault, Long, Legacy, Cpl0, Read, Write, ReadWrite, Address, Jump, Conditional, Indirect, End,
        Sse, Mmx, X87, Aligned, Load, Store,
    ];
}
