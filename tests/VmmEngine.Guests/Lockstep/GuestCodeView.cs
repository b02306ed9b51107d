using Iced.Intel;
using VmmEngine.Backends;

namespace VmmEngine.Guests.Lockstep;

/// <summary>The code that a side is about to execute.</summary>
internal static class GuestCodeView
{
    private const int LongestInstruction = 15;
    private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>The instruction at CS:RIP, with its bytes.</summary>
    public static string Describe(LockstepSide side, in CpuRegisters registers) =>
        TryDecode(side, in registers, out Instruction instruction, out string bytes) ? $"{instruction} [{bytes}]" : "(no memory)";

    /// <summary>The instruction at CS:RIP is a conditional jump, by which an offset in CS is reached.</summary>
    public static bool IsJumpTo(LockstepSide side, in CpuRegisters registers, ulong offset) =>
        TryDecode(side, in registers, out Instruction instruction, out _)
            && instruction.FlowControl == FlowControl.ConditionalBranch
            && (offset == instruction.NearBranchTarget || offset == instruction.NextIP);

    /// <summary>From an offset in CS to the guest-physical address, where memory is.</summary>
    public static bool TryTranslate(LockstepSide side, in CpuRegisters registers, ulong offset, out ulong address)
    {
        ulong linear = Bitness(in registers) == 64 ? offset : (uint)(registers.Cs.Base + offset);
        address = linear;
        bool isPaged = (registers.Cr0 & 0x8000_0000) == 0 || (IsLong(in registers)
            ? TryWalk(side, registers.Cr3 & AddressMask, 39, 9, 8, linear, out address)
            : (registers.Cr4 & 0x20) != 0
                ? TryWalk(side, registers.Cr3 & 0xFFFF_FFE0, 30, 9, 8, linear, out address)
                : TryWalk(side, registers.Cr3 & 0xFFFF_F000, 22, 10, 4, linear, out address));
        return isPaged && !side.Bytes(address, 1).IsEmpty;
    }

    private static bool TryDecode(LockstepSide side, in CpuRegisters registers, out Instruction instruction, out string text)
    {
        byte[] bytes = new byte[LongestInstruction];
        int length = 0;
        while (length < LongestInstruction && TryTranslate(side, in registers, registers.Rip + (ulong)length, out ulong address))
        {
            bytes[length++] = side.Bytes(address, 1)[0];
        }

        Decoder decoder = Decoder.Create(Bitness(in registers), bytes.AsSpan(0, length).ToArray());
        decoder.IP = registers.Rip;
        instruction = decoder.Decode();
        text = Convert.ToHexString(bytes.AsSpan(0, instruction.Length));
        return length != 0;
    }

    private static bool IsLong(in CpuRegisters registers) => (registers.Efer & 0x400) != 0;

    private static int Bitness(in CpuRegisters registers) =>
        IsLong(in registers) && (registers.Cs.Access & 0x2000) != 0 ? 64 : (registers.Cs.Access & 0x4000) != 0 ? 32 : 16;

    private static bool TryWalk(LockstepSide side, ulong table, int shift, int bits, int entrySize, ulong linear, out ulong address)
    {
        address = 0;
        for (; ; shift -= bits)
        {
            ulong index = (linear >> shift) & ((1UL << bits) - 1);
            Span<byte> bytes = side.Bytes(table + (index * (ulong)entrySize), entrySize);
            if (bytes.IsEmpty)
            {
                return false;
            }

            ulong entry = entrySize == 8 ? BitConverter.ToUInt64(bytes) : BitConverter.ToUInt32(bytes);
            if ((entry & 1) == 0)
            {
                return false;
            }

            // A PAE directory pointer is never a page, and has no bit for it that could be set.
            if (shift == 12 || (entry & 0x80) != 0)
            {
                ulong offsets = (1UL << shift) - 1;
                address = (entry & AddressMask & ~offsets) | (linear & offsets);
                return true;
            }

            table = entry & AddressMask;
        }
    }
}
