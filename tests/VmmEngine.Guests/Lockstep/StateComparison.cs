using VmmEngine.Backends;

namespace VmmEngine.Guests.Lockstep;

/// <summary>Where two sides differ, one line for each register or piece of memory.</summary>
internal static unsafe class StateComparison
{
    private const int PageSize = 4096;
    private const int LinesOfMemory = 4;

    // RF: a KVM that emulates leaves it set after a fault's handler has returned.
    private const ulong ComparedFlags = ~0x1_0000UL;

    private static readonly string[] s_general =
        ["RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"];

    /// <summary>Compares registers and memory after an access that both sides have finished.</summary>
    /// <remarks>
    /// The reference may carry out a comparison and the conditional jump behind it as one: then it is a jump ahead, which is no difference.
    /// </remarks>
    public static List<string> AfterAccess(LockstepSide reference, LockstepSide other, LockstepTolerance tolerance)
    {
        CpuRegisters a = reference.Registers, b = other.Registers;
        if (a.Rip != b.Rip && GuestCodeView.IsJumpTo(other, in b, a.Rip))
        {
            b.Rip = a.Rip;
        }

        List<string> lines = Registers(in a, in b, reference.Name, other.Name, tolerance);
        lines.AddRange(Memory(reference, other, tolerance));
        return lines;
    }

    /// <summary>Compares registers. Of a segment the selector and the base count, and of CS how it executes.</summary>
    public static List<string> Registers(in CpuRegisters a, in CpuRegisters b, string nameA, string nameB, LockstepTolerance tolerance)
    {
        List<string> lines = [];
        for (int i = 0; i < s_general.Length; i++)
        {
            Check(s_general[i], a.General[i], b.General[i]);
        }

        Check("RIP", a.Rip, b.Rip);
        ulong flags = ComparedFlags & ~tolerance.Flags;
        Check("RFLAGS", a.Rflags & flags, b.Rflags & flags);
        Check("CR0", a.Cr0, b.Cr0);
        Check("CR2", a.Cr2, b.Cr2);
        Check("CR3", a.Cr3, b.Cr3);
        Check("CR4", a.Cr4, b.Cr4);
        Check("EFER", a.Efer, b.Efer);
        Segment("ES", in a.Es, in b.Es);
        Segment("CS", in a.Cs, in b.Cs);
        Segment("SS", in a.Ss, in b.Ss);
        Segment("DS", in a.Ds, in b.Ds);
        Segment("FS", in a.Fs, in b.Fs);
        Segment("GS", in a.Gs, in b.Gs);
        Check("CS.D and CS.L", a.Cs.Access & 0x6000, b.Cs.Access & 0x6000);
        Check("GDTR base", a.Gdtr.Base, b.Gdtr.Base);
        Check("GDTR limit", a.Gdtr.Limit, b.Gdtr.Limit);
        Check("IDTR base", a.Idtr.Base, b.Idtr.Base);
        Check("IDTR limit", a.Idtr.Limit, b.Idtr.Limit);
        return lines;

        void Segment(string name, in SegmentRegister left, in SegmentRegister right)
        {
            Check(name, left.Selector, right.Selector);
            Check($"{name} base", left.Base, right.Base);
        }

        void Check(string name, ulong left, ulong right)
        {
            if (left != right)
            {
                lines.Add($"{name}: {nameA} 0x{left:x}, {nameB} 0x{right:x}");
            }
        }
    }

    /// <summary>Compares all memory but what may differ, page by page.</summary>
    public static List<string> Memory(LockstepSide a, LockstepSide b, LockstepTolerance tolerance)
    {
        List<string> lines = [];
        foreach ((ulong address, ulong length) in a.Blocks)
        {
            Span<byte> left = a.Bytes(address, (int)length), right = b.Bytes(address, (int)length);
            int position = 0;
            while (position < left.Length && lines.Count < LinesOfMemory)
            {
                int common = left[position..].CommonPrefixLength(right[position..]);
                position += common;
                if (position == left.Length)
                {
                    break;
                }

                ulong at = address + (ulong)position;
                if (tolerance.Memory.FirstOrDefault(range => at - range.Address < range.Length) is { Length: not 0 } hidden)
                {
                    position = (int)(hidden.Address + hidden.Length - address);
                    continue;
                }

                int size = Math.Min(8, left.Length - position);
                lines.Add($"memory 0x{at:x}: {a.Name} {Convert.ToHexString(left.Slice(position, size))}, {b.Name} {Convert.ToHexString(right.Slice(position, size))}");
                position = Math.Min(left.Length, (position + PageSize) & -PageSize);
            }
        }

        return lines;
    }
}
