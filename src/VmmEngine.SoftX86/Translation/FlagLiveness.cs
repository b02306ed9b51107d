namespace VmmEngine.SoftX86;

/// <summary>Finds the status flags that somebody can see behind each instruction of a block.</summary>
internal static class FlagLiveness
{
    /// <summary>Computes <see cref="DecodedBlock.LiveFlags"/>, backwards.</summary>
    /// <remarks>
    /// Everybody may look at the end of a block, and where an instruction may fault: the handler of the exception finds the flags in its frame, a
    /// client in the exit's registers. A store may hit code, and then the block ends behind it. A load may hit a device: its instruction is then finished
    /// by itself, and a client, or the frame of an interrupt, finds the flags behind it.
    /// </remarks>
    public static void Compute(DecodedBlock block)
    {
        uint live = uint.MaxValue;
        for (int i = block.Count - 1; i >= 0; i--)
        {
            ref readonly FormInfo info = ref block.Infos[i];
            if (info.MayFault || info.WritesMemory)
            {
                block.LiveFlags[i] = live = uint.MaxValue;
                continue;
            }

            block.LiveFlags[i] = live;
            live = (live & ~info.FlagsKilled) | info.FlagsRead;
        }
    }
}
