namespace VmmEngine.SoftX86;

/// <summary>Indices into <see cref="Cpu.Segments"/>: the encoding order, then the two system segments.</summary>
internal static class SegmentIndex
{
    /// <summary>ES.</summary>
    public const int Es = 0;

    /// <summary>CS.</summary>
    public const int Cs = 1;

    /// <summary>SS.</summary>
    public const int Ss = 2;

    /// <summary>DS.</summary>
    public const int Ds = 3;

    /// <summary>FS.</summary>
    public const int Fs = 4;

    /// <summary>GS.</summary>
    public const int Gs = 5;

    /// <summary>LDTR.</summary>
    public const int Ldtr = 6;

    /// <summary>TR.</summary>
    public const int Tr = 7;
}
