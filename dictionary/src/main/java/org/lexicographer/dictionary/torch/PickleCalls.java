package org.lexicographer.dictionary.torch;

import java.util.List;
import java.util.Set;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.safetensors.SafetensorsType;

/**
 * All that a pickle may call, none of which runs anything: an empty {@code OrderedDict}, and what
 * torch makes tensors, parameters and shapes with. Whether a tensor wants gradients, which hooks it
 * has and which Python attributes, does not matter for its values.
 */
final class PickleCalls {

    static final String STORAGE = "storage";
    static final String ORDERED_DICT = "collections OrderedDict";
    private static final String SIZE = "torch Size";
    private static final String REBUILD_TENSOR = "torch._utils _rebuild_tensor";
    static final String REBUILD_TENSOR_2 = "torch._utils _rebuild_tensor_v2";
    private static final String REBUILD_PARAMETER = "torch._utils _rebuild_parameter";
    private static final String REBUILD_PARAMETER_WITH_STATE =
            "torch._utils _rebuild_parameter_with_state";
    private static final String REBUILD_FROM_TYPE = "torch._tensor _rebuild_from_type_v2";

    private static final Set<String> FUNCTIONS =
            Set.of(
                    ORDERED_DICT,
                    SIZE,
                    REBUILD_TENSOR,
                    REBUILD_TENSOR_2,
                    REBUILD_PARAMETER,
                    REBUILD_PARAMETER_WITH_STATE,
                    REBUILD_FROM_TYPE);

    /** Types that a tensor may be rebuilt as. */
    private static final Set<String> TENSOR_TYPES =
            Set.of("torch Tensor", "torch.nn.parameter Parameter", "torch.nn.parameter Buffer");

    private final TensorBuilder tensors;

    /** A name that the pickle refers to. */
    private record Global(String name) {}

    PickleCalls(TensorBuilder tensors) {
        this.tensors = tensors;
    }

    static Object global(String module, String name) {
        String global = module + " " + name;
        boolean known =
                FUNCTIONS.contains(global)
                        || TENSOR_TYPES.contains(global)
                        || TensorBuilder.isStorageType(global);
        if (!known) {
            throw new DictionaryException(
                    "pickle refused: expected=nothing but tensors, found=" + global);
        }
        return new Global(global);
    }

    /** Reads ("storage", type, key, location, elements); where it once lay does not matter. */
    TensorBuilder.Storage storage(Object id) {
        List<?> parts = PickleValues.list(id);
        if (parts.size() != 5 || !STORAGE.equals(parts.get(0))) {
            throw new DictionaryException("pickle not well-formed: persistent id of no storage");
        }
        if (!(parts.get(1) instanceof Global type)) {
            throw PickleValues.unexpected("storage type", parts.get(1));
        }
        return tensors.storage(
                type.name(), PickleValues.text(parts.get(2)), PickleValues.integer(parts.get(4)));
    }

    /** Returns what a function makes of a tuple of arguments. */
    Object call(Object function, Object tuple) {
        if (!(function instanceof Global global)) {
            throw PickleValues.unexpected("function", function);
        }
        List<?> arguments = PickleValues.list(tuple);
        return switch (global.name()) {
            case REBUILD_TENSOR, REBUILD_TENSOR_2 -> tensor(arguments);
            case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> data(arguments);
            case REBUILD_FROM_TYPE -> fromType(arguments);
            case SIZE -> PickleValues.integers(argument(arguments, 0));
            case ORDERED_DICT -> empty(arguments);
            default -> throw new DictionaryException("pickle refused: call of " + global.name());
        };
    }

    private static StateDict empty(List<?> arguments) {
        if (arguments.isEmpty()) {
            return new StateDict();
        }
        throw new DictionaryException("pickle refused: call of " + ORDERED_DICT + " with content");
    }

    private static Object argument(List<?> arguments, int index) {
        if (index >= arguments.size()) {
            throw new DictionaryException(
                    "pickle not well-formed: arguments=%d, expected at least=%d"
                            .formatted(arguments.size(), index + 1));
        }
        return arguments.get(index);
    }

    /** Reads (storage, offset, shape, strides, ...). */
    private TorchTensor tensor(List<?> arguments) {
        if (!(argument(arguments, 0) instanceof TensorBuilder.Storage storage)) {
            throw new DictionaryException("pickle not well-formed: tensor without storage");
        }
        SafetensorsType type = storage.type();
        return tensors.bounded(
                new TorchTensor(
                        type,
                        PickleValues.integers(argument(arguments, 2)),
                        PickleValues.integers(argument(arguments, 3)),
                        PickleValues.integer(argument(arguments, 1)),
                        storage.bytes()));
    }

    /** Reads (tensor, ...). */
    private static TorchTensor data(List<?> arguments) {
        if (argument(arguments, 0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw PickleValues.unexpected("tensor", arguments.getFirst());
    }

    /** Reads (function, type, arguments of the function, Python attributes). */
    private Object fromType(List<?> arguments) {
        boolean isTensorType =
                argument(arguments, 1) instanceof Global type && TENSOR_TYPES.contains(type.name());
        boolean callsItself =
                argument(arguments, 0) instanceof Global function
                        && function.name().equals(REBUILD_FROM_TYPE);
        if (!isTensorType || callsItself) {
            throw new DictionaryException("pickle refused: call of " + REBUILD_FROM_TYPE);
        }
        return call(argument(arguments, 0), argument(arguments, 2));
    }
}
