using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>Turns guest bytes into instructions with what is known of their forms.</summary>
internal sealed unsafe class BlockDecoder
{
    /// <summary>No instruction is longer.</summary>
    public const int MaximumInstructionBytes = 15;

    private static readonly int CodeCount = (int)Enum.GetValues<Code>()[^1] + 1;

    private readonly GuestCodeReader _reader = new();
    private readonly Decoder _decoder16, _decoder32, _decoder64;
    private readonly ulong[] _uncovered = new ulong[CodeCount];

    /// <summary>Makes the three decoders.</summary>
    public BlockDecoder()
    {
        _decoder16 = Decoder.Create(16, _reader);
        _decoder32 = Decoder.Create(32, _reader);
        _decoder64 = Decoder.Create(64, _reader);
    }

    /// <summary>The block.</summary>
    public DecodedBlock Block { get; } = new();

    /// <summary>How often code came up that no form covers, by <see cref="Code"/>. Counted at translation, so about once a place in the guest.</summary>
    public ReadOnlySpan<ulong> Uncovered => _uncovered;

    /// <summary>Decodes up to the end of a block.</summary>
    /// <param name="code">Its bytes.</param>
    /// <param name="available">How many there are before the end of the page or of the segment.</param>
    /// <param name="rip">Address of the first.</param>
    /// <param name="limit">Instructions at most, 1 or more.</param>
    /// <param name="context">How to select forms.</param>
    public void Decode(byte* code, ulong available, ulong rip, int limit, in FormContext context)
    {
        Decoder decoder = ModeKey.Bitness(context.Mode) switch
        {
            64 => _decoder64,
            32 => _decoder32,
            _ => _decoder16,
        };
        _reader.Set(code, available);
        decoder.IP = rip;
        DecodedBlock block = Block;
        block.Count = 0;
        block.Bytes = 0;
        block.RefusedBytes = 0;
        block.Ending = BlockEnding.Ordinary;
        while (block.Count < limit && (ulong)block.Bytes < available)
        {
            ref Instruction instruction = ref block.Instructions[block.Count];
            decoder.Decode(out instruction);
            if (instruction.IsInvalid)
            {
                End(block, decoder.LastError, (int)(_reader.Position - code) - block.Bytes);
                return;
            }

            ref FormInfo info = ref block.Infos[block.Count];
            if (!Forms.TryDescribe(in instruction, in context, out info))
            {
                _uncovered[(int)instruction.Code]++;
                block.RefusedBytes = instruction.Length;
                block.Ending = BlockEnding.Undefined;
                return;
            }

            block.Count++;
            block.Bytes += instruction.Length;
            if (info.Ending != FormEnding.None)
            {
                return;
            }
        }
    }

    // An instruction that needs bytes behind the end gets a block of its own; so the block ends before it, if it has begun.
    private static void End(DecodedBlock block, DecoderError error, int consumed)
    {
        if (error == DecoderError.NoMoreBytes)
        {
            block.Ending = block.Count == 0 ? BlockEnding.CrossesPage : BlockEnding.Ordinary;
            return;
        }

        block.RefusedBytes = consumed;
        block.Ending = consumed >= MaximumInstructionBytes ? BlockEnding.TooLong : BlockEnding.Undefined;
    }
}
