using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>The instructions of a block between decoding and emission. One a translator, used again and again.</summary>
internal sealed class DecodedBlock
{
    /// <summary>Instructions a block may have. It bounds the native stack where tail calls are no jumps, and the time between two polls.</summary>
    public const int MaximumLength = 64;

    /// <summary>The instructions.</summary>
    public Instruction[] Instructions { get; } = new Instruction[MaximumLength];

    /// <summary>What is known of each.</summary>
    public FormInfo[] Infos { get; } = new FormInfo[MaximumLength];

    /// <summary>Status flags that matter behind each.</summary>
    public uint[] LiveFlags { get; } = new uint[MaximumLength];

    /// <summary>How many there are.</summary>
    public int Count { get; set; }

    /// <summary>Guest bytes of them.</summary>
    public int Bytes { get; set; }

    /// <summary>Bytes of what comes behind them, if that is an instruction that only raises an exception; otherwise 0.</summary>
    public int RefusedBytes { get; set; }

    /// <summary>What comes behind them.</summary>
    public BlockEnding Ending { get; set; }
}

/// <summary>What comes behind the covered instructions of a block.</summary>
internal enum BlockEnding
{
    /// <summary>Whatever the last one's form says; if it says nothing, the next address.</summary>
    Ordinary,

    /// <summary>An instruction that raises #UD.</summary>
    Undefined,

    /// <summary>An instruction that raises #GP for its length.</summary>
    TooLong,

    /// <summary>Nothing at all: the first instruction crosses the page, and the second page's bytes are needed.</summary>
    CrossesPage,
}
