using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>Writes the micro-ops and links of a decoded block into the arena.</summary>
internal static unsafe class BlockWriter
{
    // The block-ending micro-op of our own, and two links.
    private const int ExtraSlots = 3;

    /// <summary>Bytes that no block exceeds.</summary>
    public static nuint MaximumBytes =>
        (nuint)(sizeof(Block) + (((DecodedBlock.MaximumLength * Forms.MaximumOps) + ExtraSlots) * sizeof(MicroOp)));

    /// <summary>Fills a reserved block; its head's Physical, SecondPage and Content are the caller's.</summary>
    /// <returns>Behind the last link.</returns>
    public static byte* Write(Block* target, DecodedBlock block, in FormContext context, uint key)
    {
        MicroOp* first = Block.First(target);
        MicroOp* op = first;
        int count = block.Count;
        int i = 0;
        while (i < count)
        {
            ref readonly Instruction instruction = ref block.Instructions[i];
            int emitted = 0;
            int instructions = 1;
            if (i == count - 2 && block.Infos[i + 1].Ending == FormEnding.Conditional)
            {
                emitted = Forms.EmitFused(in instruction, in block.Instructions[i + 1], in context, op);
                instructions = emitted == 0 ? 1 : 2;
            }

            if (emitted == 0)
            {
                emitted = Forms.Emit(in instruction, in context, block.LiveFlags[i], op);
            }

            Number(op, emitted, (ushort)(instruction.IP - context.BlockRip), (ushort)i);
            op += emitted;
            i += instructions;
        }

        FormEnding ending = count == 0 ? FormEnding.None : block.Infos[count - 1].Ending;
        Link* link;
        switch (ending)
        {
            case FormEnding.Jump:
                link = Direct((Link*)op, block, key, in context, in block.Instructions[count - 1]);
                break;

            case FormEnding.Conditional:
                link = Direct((Link*)op, block, key, in context, in block.Instructions[count - 1]);
                link = Next(link, block, key, in context);
                break;

            case FormEnding.Indirect:
                *(Link*)op = new Link { Kind = LinkKind.Indirect, Completed = (uint)count };
                link = (Link*)op + 1;
                break;

            default:
                *op = new MicroOp { Handler = EndHandler(block.Ending) };
                Number(op, 1, (ushort)block.Bytes, (ushort)count);
                op++;
                link = Next((Link*)op, block, key, in context);
                break;
        }

        target->Length = (ushort)(block.Bytes + block.RefusedBytes);
        target->Count = (ushort)(op - first);
        return (byte*)link;
    }

    private static delegate*<Cpu*, MicroOp*, void> EndHandler(BlockEnding ending) => ending switch
    {
        BlockEnding.Undefined => &BlockOps.Undefined,
        BlockEnding.TooLong => &BlockOps.TooLong,
        _ => &BlockOps.FallThrough,
    };

    private static void Number(MicroOp* ops, int count, ushort offset, ushort completed)
    {
        for (int i = 0; i < count; i++)
        {
            ops[i].Offset = offset;
            ops[i].Completed = completed;
        }
    }

    // The target of the jump that ends the block.
    private static Link* Direct(Link* link, DecodedBlock block, uint key, in FormContext context, in Instruction jump)
    {
        ulong mask = jump.Op0Kind switch
        {
            OpKind.NearBranch16 => ushort.MaxValue,
            OpKind.NearBranch32 => uint.MaxValue,
            _ => ulong.MaxValue,
        };
        return Write(link, block, key, jump.NearBranchTarget - context.BlockRip, mask, in context);
    }

    // The address behind the block.
    private static Link* Next(Link* link, DecodedBlock block, uint key, in FormContext context) =>
        Write(link, block, key, (ulong)block.Bytes, NaturalMask(context.Mode), in context);

    private static Link* Write(Link* link, DecodedBlock block, uint key, ulong delta, ulong mask, in FormContext context)
    {
        // Where offsets in CS and linear addresses agree within a page, a target in the same page is at the same distance for whoever runs the
        // block, and the page's translation is still valid there: the link may be patched.
        ulong offset = (context.BlockRip & GuestPage.OffsetMask) + delta;
        bool patchable = offset < GuestPage.Size && (key & ModeKey.Aligned) != 0 && (key & ModeKey.Single) == 0 && KeepsPage(mask, context.Mode);
        *link = new Link
        {
            Delta = (long)delta,
            Mask = mask,
            Completed = (uint)block.Count,
            Kind = patchable ? LinkKind.Patchable : LinkKind.Direct,
        };
        return link + 1;
    }

    // A jump that cuts RIP shorter than the mode does may lead to another page. (In 16-bit code, "aligned" says that RIP has 16 bits.)
    private static bool KeepsPage(ulong mask, CpuMode mode) => mask == NaturalMask(mode) || ModeKey.Bitness(mode) == 16;

    // Also 16-bit code increments a 32-bit instruction pointer, and faults at the segment's limit.
    private static ulong NaturalMask(CpuMode mode) => mode == CpuMode.Long64 ? ulong.MaxValue : uint.MaxValue;
}
